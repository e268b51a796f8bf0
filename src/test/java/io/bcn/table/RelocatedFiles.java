package io.bcn.table;

import io.bcn.format.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.io.FileIO;

/**
 * Relocates one whole table in one thread, in the order that any restore must keep: deletes, then
 * manifests, then manifest lists, then the metadata file. The smallest program that uses every
 * part.
 */
final class RelocatedFiles {
  /** A file of the source and what it is. */
  record Moved(
      String source, String target, FileKind kind, String format, long sourceLengthBytes) {}

  private final FileIO io;
  private final LocationMapping mapping;
  private final Map<String, Moved> bySource = new LinkedHashMap<>();

  private RelocatedFiles(FileIO io, LocationMapping mapping) {
    this.io = io;
    this.mapping = mapping;
  }

  /**
   * Relocates what the metadata file reaches, and writes the new metadata file to {@code target}.
   */
  static RelocatedFiles relocate(
      FileIO io, String metadataLocation, Relocation relocation, String target) {
    RelocatedFiles files = new RelocatedFiles(io, relocation.mapping());
    try {
      files.run(metadataLocation, relocation, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  List<Moved> all() {
    return List.copyOf(bySource.values());
  }

  List<Moved> of(FileKind kind) {
    return all().stream().filter(file -> file.kind() == kind).toList();
  }

  private void run(String metadataLocation, Relocation relocation, String target)
      throws IOException {
    MetadataFile metadata = MetadataFile.parse(metadataLocation, bytes(metadataLocation));
    walk(metadata);
    for (Moved file : all()) {
      switch (file.kind()) {
        case POSITION_DELETES ->
            PositionDeletes.relocate(
                io.newInputFile(file.source()),
                io.newOutputFile(file.target()),
                file.format(),
                mapping);
        case DELETION_VECTORS ->
            DeletionVectors.relocate(
                io.newInputFile(file.source()), io.newOutputFile(file.target()), mapping);
        case DATA, EQUALITY_DELETES, STATISTICS, PARTITION_STATISTICS -> copy(file);
        case METADATA, METADATA_LOG, MANIFEST_LIST, MANIFEST -> {}
      }
    }
    for (Moved file : of(FileKind.MANIFEST)) {
      rewrite(
          file,
          (in, out) ->
              ManifestEntries.relocate(in, out, file.source(), mapping, new TargetDeletes(io)));
    }
    for (Moved file : of(FileKind.MANIFEST_LIST)) {
      rewrite(
          file,
          (in, out) -> ManifestListFile.relocate(in, out, file.source(), mapping, this::length));
    }
    write(target, metadata.relocated(relocation, target));
    bySource.put(metadataLocation, new Moved(metadataLocation, target, FileKind.METADATA, "", -1));
  }

  private void walk(MetadataFile metadata) throws IOException {
    List<String> lists = new ArrayList<>();
    List<String> manifests = new ArrayList<>();
    for (Reference reference : metadata.references()) {
      if (reference.kind() != FileKind.METADATA_LOG) {
        add(reference.location(), reference.kind(), "", reference.lengthBytes());
      }
      if (reference.kind() == FileKind.MANIFEST_LIST) {
        lists.add(reference.location());
      }
      if (reference.kind() == FileKind.MANIFEST) {
        manifests.add(reference.location());
      }
    }
    for (String list : lists) {
      try (InputStream in = io.newInputFile(list).newStream()) {
        for (ManifestListFile.Entry entry : ManifestListFile.read(in, list)) {
          add(entry.location(), FileKind.MANIFEST, "", entry.lengthBytes());
          manifests.add(entry.location());
        }
      }
    }
    for (String manifest : manifests) {
      try (InputStream in = io.newInputFile(manifest).newStream()) {
        ManifestEntries.forEachLive(
            in,
            manifest,
            Coverage.WHOLE,
            file -> add(file.location(), file.kind(), file.format(), file.lengthBytes()));
      }
    }
  }

  private void add(String location, FileKind kind, String format, long lengthBytes) {
    bySource.putIfAbsent(
        location, new Moved(location, mapping.map(location), kind, format, lengthBytes));
  }

  private interface Rewrite {
    void run(InputStream in, OutputStream out) throws IOException;
  }

  private void rewrite(Moved file, Rewrite rewrite) throws IOException {
    try (InputStream in = io.newInputFile(file.source()).newStream();
        OutputStream out = io.newOutputFile(file.target()).createOrOverwrite()) {
      rewrite.run(in, out);
    }
  }

  private void copy(Moved file) throws IOException {
    write(file.target(), bytes(file.source()));
  }

  private byte[] bytes(String location) throws IOException {
    try (InputStream in = io.newInputFile(location).newStream()) {
      return in.readAllBytes();
    }
  }

  private void write(String location, byte[] bytes) throws IOException {
    try (OutputStream out = io.newOutputFile(location).createOrOverwrite()) {
      out.write(bytes);
    }
  }

  private long length(String target) {
    return io.newInputFile(target).getLength();
  }
}
