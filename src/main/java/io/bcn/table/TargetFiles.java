package io.bcn.table;

import io.bcn.copy.FileCopy;
import io.bcn.copy.FileRow;
import io.bcn.copy.Routes;
import io.bcn.copy.StoreCopies;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.FileKind;
import io.bcn.format.ObjectKey;
import io.bcn.storage.LocalFileErrors;
import io.bcn.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.inmemory.InMemoryInputFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.spark.broadcast.Broadcast;

/**
 * Puts a repository's objects where a restored table has its files, on executors: copied or
 * relocated, and always checked against the inventory before anything can point at them (promise
 * 5).
 *
 * <p>What a rewritten file must say about another one (a manifest about deletes, a manifest list
 * about manifests) is read from that other file at the target, so the kinds are placed in this
 * order: content files, manifests, then the rest.
 */
public final class TargetFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Storage storage;
  private final StoredTableFiles stored;
  private final Broadcast<StoreCopies> copies;
  private final Broadcast<FileIos> fileIos;

  public TargetFiles(Storage storage, Broadcast<StoreCopies> copies, Broadcast<FileIos> fileIos) {
    this.storage = storage;
    this.stored = new StoredTableFiles(storage);
    this.copies = copies;
    this.fileIos = fileIos;
  }

  /** Whether the store is asked to copy that file, where it is not at the target already. */
  public boolean isForStore(FileRow file, TableTarget target) {
    return target.keepsBytes(file.kind())
        && ObjectOfFile.plain(
                fileIos.value().at(target.fileIo()),
                target.locationOf(file.location(), file.kind()))
            .filter(object -> copies.value().gives(object, file.lengthBytes()))
            .isPresent();
  }

  /** For people, about routes that could not be taken in this JVM. */
  public List<String> notices() {
    return copies.value().notices();
  }

  /**
   * Places one file, over what an earlier, interrupted restore may have left there.
   *
   * <p><i>Fails</i> with DAMAGED where the object is not what was stored; then nothing is left at
   * the target. With OUT_OF_SPACE, PERMISSION_DENIED, CREDENTIALS or STORAGE_UNAVAILABLE where the
   * target takes no file, and with FAILED where it does not take this one; then a part may be left,
   * which the next try writes over.
   *
   * @return the placed file, by its route
   */
  public Routes place(FileRow file, TableTarget target) {
    String location = target.locationOf(file.location(), file.kind());
    try {
      return LocalFileErrors.asExceptions(
          () -> placed(file, target, fileIos.value().at(target.fileIo()), location));
    } catch (BcnException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw TargetFailure.of(location, e, Secrets.of(Map.of()));
    }
  }

  private Routes placed(FileRow file, TableTarget target, FileIO io, String location)
      throws IOException {
    if (target.keepsBytes(file.kind())) {
      if (file.kind() == FileKind.METADATA) {
        // Iceberg unpacks what is registered without a limit.
        var unused = MetadataFile.parse(file.location(), stored.bytes(file));
      }
      return copy(file, target, io, location);
    }
    if (location.equals(file.location()) && isThere(file, io, location)) {
      throw originalInTheWay(location);
    }
    byte[] bytes = stored.bytes(file);
    InputFile in = new InMemoryInputFile(file.location(), bytes);
    switch (file.kind()) {
      case POSITION_DELETES ->
          PositionDeletes.relocate(
              in, io.newOutputFile(location), file.fileFormat(), target.mapping());
      case DELETION_VECTORS ->
          DeletionVectors.relocate(in, io.newOutputFile(location), target.mapping());
      case METADATA, METADATA_LOG ->
          write(
              io.newOutputFile(location),
              out ->
                  out.write(
                      MetadataFile.parse(file.location(), bytes)
                          .relocated(target.relocation(), location)));
      case MANIFEST ->
          write(
              io.newOutputFile(location),
              out -> writeManifest(bytes, out, file.location(), target, io));
      case MANIFEST_LIST ->
          write(
              io.newOutputFile(location),
              out -> writeManifestList(bytes, out, file.location(), target, io));
      default -> throw new IllegalStateException("no relocation for " + file.kind());
    }
    return Routes.streamed(io.newInputFile(location).getLength());
  }

  private static void writeManifest(
      byte[] bytes, OutputStream out, String location, TableTarget target, FileIO io)
      throws IOException {
    TargetDeletes deletes = new TargetDeletes(io);
    if (target.coverage().changes(FileKind.MANIFEST)) {
      ManifestEntries.relocateCovered(
          bytes, out, location, target.coverage(), target.mapping(), deletes);
      return;
    }
    ManifestEntries.relocate(
        new ByteArrayInputStream(bytes), out, location, target.mapping(), deletes);
  }

  private static void writeManifestList(
      byte[] bytes, OutputStream out, String location, TableTarget target, FileIO io)
      throws IOException {
    InputStream in = new ByteArrayInputStream(bytes);
    if (target.coverage().changes(FileKind.MANIFEST_LIST)) {
      ManifestListFile.relocateCovered(
          in,
          out,
          location,
          target.mapping(),
          lengths(io),
          manifest -> ManifestCounts.at(manifest, io));
      return;
    }
    ManifestListFile.relocate(in, out, location, target.mapping(), lengths(io));
  }

  /** What the whole table, if it is only out of its catalog, still needs as it is. */
  private static BcnException originalInTheWay(String location) {
    return new BcnException(
        ErrorCode.TARGET_EXISTS,
        "Cannot restore to '%s': the original file is still there, and the restored one says something else"
            .formatted(location),
        "Restore to another place with --target-location or --target-table; or register the"
            + " original's own metadata file again.");
  }

  /** A file that was added from elsewhere belongs to whoever put it there. */
  private static BcnException othersInTheWay(String location) {
    return new BcnException(
        ErrorCode.TARGET_EXISTS,
        "Cannot restore to '%s': it lies outside the table's folders, and has other bytes by now"
            .formatted(location),
        "Move that file away if nobody needs it; or restore the table to another place with"
            + " --target-location or --target-table.");
  }

  private Routes copy(FileRow file, TableTarget target, FileIO io, String location)
      throws IOException {
    if (isThere(file, io, location)) {
      return Routes.streamed(file.lengthBytes());
    }
    if (target.mapping().isIdentity()
        && !target.mapping().covers(location)
        && io.newInputFile(location).exists()) {
      throw othersInTheWay(location);
    }
    if (isCopiedByStore(file, io, location)) {
      return Routes.byStore(file.lengthBytes());
    }
    try (InputStream in = storage.open(new ObjectKey(file.key()))) {
      FileCopy.Copied[] copied = new FileCopy.Copied[1];
      write(io.newOutputFile(location), out -> copied[0] = FileCopy.copy(in, out));
      if (!copied[0].sha256().equals(file.sha256())) {
        io.deleteFile(location);
        throw stored.damaged(file, "its bytes are not those that were stored (sha256 differs)");
      }
      return Routes.streamed(copied[0].lengthBytes());
    }
  }

  /** If not, whatever the store left there is to be written over. */
  private boolean isCopiedByStore(FileRow file, FileIO io, String location) {
    FileCopy.Copied stored = new FileCopy.Copied(file.lengthBytes(), file.sha256());
    return ObjectOfFile.plain(io, location)
        .filter(object -> copies.value().copies(new ObjectKey(file.key()), stored, object))
        .isPresent();
  }

  /** Whether the very bytes lie at the target already: from an earlier try, or in place. */
  private static boolean isThere(FileRow file, FileIO io, String location) {
    InputFile there = io.newInputFile(location);
    try {
      // exists() first: asked for the length of no object, S3FileIO throws the SDK's own exception.
      return there.exists()
          && there.getLength() == file.lengthBytes()
          && holds(there, file.sha256());
    } catch (NotFoundException e) {
      return false;
    }
  }

  private static boolean holds(InputFile there, String sha256) {
    try (InputStream in = there.newStream()) {
      return LocalFileErrors.asExceptions(() -> FileCopy.read(in)).sha256().equals(sha256);
    } catch (IOException | UncheckedIOException e) {
      // Hadoop keeps checksums beside local files: what is damaged can't even be read.
      return false;
    }
  }

  private interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  private static void write(OutputFile file, Body body) throws IOException {
    try (OutputStream out = file.createOrOverwrite()) {
      body.writeTo(out);
    }
  }

  /** Lengths of manifests at the target, asked once each. */
  private static ToLongFunction<String> lengths(FileIO io) {
    Map<String, Long> known = new HashMap<>();
    return location ->
        known.computeIfAbsent(
            location,
            manifest -> {
              try {
                return io.newInputFile(manifest).getLength();
              } catch (NotFoundException e) {
                throw new BcnException(
                    ErrorCode.FAILED,
                    "Cannot restore manifest '%s': it is not at the target".formatted(manifest),
                    "Something removed it while the restore ran; run the restore again.",
                    e);
              }
            });
  }

  /** In which of the three steps a kind is placed, 0 to 2. */
  public static int step(FileKind kind) {
    return switch (kind) {
      case DATA,
          POSITION_DELETES,
          EQUALITY_DELETES,
          DELETION_VECTORS,
          STATISTICS,
          PARTITION_STATISTICS ->
          0;
      case MANIFEST -> 1;
      case MANIFEST_LIST, METADATA, METADATA_LOG -> 2;
    };
  }
}
