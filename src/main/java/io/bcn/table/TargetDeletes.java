package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.puffin.BlobMetadata;
import org.apache.iceberg.puffin.PuffinReader;

/**
 * Reads what manifests must say about rewritten deletes from the written files themselves, so that
 * no table of results must be carried from the job that wrote them.
 *
 * <p>One request for each delete file and two for each Puffin file, remembered: use one instance a
 * manifest. Not safe for many threads. <i>Fails</i> with FAILED where the file has not been
 * written.
 */
public final class TargetDeletes implements RewrittenDeletes {
  private final FileIO io;
  private final Map<String, Long> lengths = new HashMap<>();
  private final Map<String, Map<String, DvBlob>> deletionVectors = new HashMap<>();

  public TargetDeletes(FileIO io) {
    this.io = io;
  }

  @Override
  public long lengthBytes(String targetLocation) {
    return lengths.computeIfAbsent(targetLocation, this::stat);
  }

  @Override
  public DvBlob deletionVector(String targetPuffin, String targetDataFile) {
    DvBlob blob =
        deletionVectors.computeIfAbsent(targetPuffin, this::readFooter).get(targetDataFile);
    return Optional.ofNullable(blob)
        .orElseThrow(
            () ->
                Damage.of(
                    DeletionVectors.THING,
                    targetPuffin,
                    "it holds no deletion vector for '%s'".formatted(targetDataFile)));
  }

  private Map<String, DvBlob> readFooter(String puffin) {
    try (PuffinReader reader = PuffinFooter.open(io.newInputFile(puffin))) {
      Map<String, DvBlob> blobs = new HashMap<>();
      for (BlobMetadata blob : reader.fileMetadata().blobs()) {
        DeletionVectors.dataFile(blob).ifPresent(dataFile -> add(blobs, puffin, dataFile, blob));
      }
      return blobs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(
      Map<String, DvBlob> blobs, String puffin, String dataFile, BlobMetadata blob) {
    if (blobs.put(dataFile, new DvBlob(blob.offset(), blob.length())) != null) {
      throw Damage.of(
          DeletionVectors.THING,
          puffin,
          "it holds two deletion vectors for '%s'".formatted(dataFile));
    }
  }

  private long stat(String location) {
    try {
      return io.newInputFile(location).getLength();
    } catch (NotFoundException e) {
      throw new BcnException(
          ErrorCode.FAILED,
          "Cannot relocate a manifest that holds delete file '%s': the file is not there"
              .formatted(location),
          "Something removed it from the target while the restore ran; run the restore again.",
          e);
    }
  }
}
