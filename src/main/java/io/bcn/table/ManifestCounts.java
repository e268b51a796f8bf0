package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.io.FileIO;

/**
 * How many files and rows a manifest with fewer entries than the stored one has, by their status;
 * it says so itself, in its header.
 */
final class ManifestCounts {
  static final String HEADER = "bcn.counts";

  /** Iceberg's numbers of the statuses: existing, added, deleted. */
  private static final int STATUSES = 3;

  private final long[] files = new long[STATUSES];
  private final long[] rows = new long[STATUSES];

  void add(ManifestColumns columns, GenericRecord entry) {
    int status = columns.status(entry);
    files[status]++;
    rows[status] +=
        (Long) ManifestColumns.value(columns.file(entry), columns.recordCount()).orElse(0L);
  }

  long files(int status) {
    return files[status];
  }

  long rows(int status) {
    return rows[status];
  }

  String encoded() {
    return LongStream.concat(Arrays.stream(files), Arrays.stream(rows))
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(" "));
  }

  private static ManifestCounts parse(String encoded) {
    String[] numbers = encoded.split(" ", -1);
    ManifestCounts counts = new ManifestCounts();
    for (int i = 0; i < STATUSES; i++) {
      counts.files[i] = Long.parseLong(numbers[i]);
      counts.rows[i] = Long.parseLong(numbers[STATUSES + i]);
    }
    return counts;
  }

  /** Of a manifest at the target; only the file's beginning is read. */
  static ManifestCounts at(String location, FileIO io) {
    try (InputStream in = io.newInputFile(location).newStream()) {
      return AvroFile.open(ManifestEntries.THING, location, in)
          .header(HEADER)
          .map(ManifestCounts::parse)
          .orElseThrow(() -> unreadable(location, "it does not say what it holds", null));
    } catch (IOException e) {
      throw unreadable(location, e.getMessage(), e);
    }
  }

  private static BcnException unreadable(String location, String reason, Throwable cause) {
    return new BcnException(
        ErrorCode.FAILED,
        "Cannot restore manifest '%s': %s".formatted(location, reason),
        "Something changed it while the restore ran; run the restore again.",
        cause);
  }
}
