package io.bcn.table;

import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.io.FileIO;

/**
 * The metadata file that a table of a Hadoop catalog was registered with, which stays beside the
 * catalog's own first version.
 *
 * @param stem its name up to its first dot
 */
record GivenFile(BaseTable table, String stem) {

  /** Whether the table still is what that file says. */
  boolean isTheTable() {
    TableMetadata now = table.operations().current();
    String pointer = now.metadataFileLocation();
    if (!HadoopVersions.isFirst(pointer)) {
      return false;
    }
    FileIO io = table.io();
    return Stream.of(".metadata.json", ".gz.metadata.json")
        .map(suffix -> "%s/%s%s".formatted(HadoopVersions.folder(pointer), stem, suffix))
        .filter(file -> io.newInputFile(file).exists())
        .anyMatch(
            file ->
                TableMetadataParser.toJson(TableMetadataParser.read(io, file))
                    .equals(TableMetadataParser.toJson(now)));
  }
}
