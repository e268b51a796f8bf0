package io.bcn.table;

import io.bcn.format.FileKind;
import io.bcn.table.RewrittenDeletes.DvBlob;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.apache.avro.generic.GenericRecord;

/** Changes one manifest entry after the other for another place, in the record itself. */
record ManifestEntryRelocation(
    ManifestColumns columns, LocationMapping mapping, RewrittenDeletes deletes)
    implements UnaryOperator<GenericRecord> {

  @Override
  public GenericRecord apply(GenericRecord entry) {
    GenericRecord file = columns.file(entry);
    FileKind kind = columns.kind(file);
    String target = mapping.map(file.get(columns.path()).toString());
    file.put(columns.path(), target);
    ManifestColumns.value(file, columns.referencedDataFile())
        .ifPresent(path -> put(file, columns.referencedDataFile(), mapping.map(path.toString())));
    if (kind != FileKind.DATA) {
      PathBounds.relocate(file, columns, mapping);
    }
    if (columns.isLive(entry) && kind.holdsLocations()) {
      // Its body was rewritten, so what this entry says about the body is no longer true.
      file.put(columns.length(), deletes.lengthBytes(target));
      dropSplitOffsets(file);
    }
    if (columns.isLive(entry) && kind == FileKind.DELETION_VECTORS) {
      placeDeletionVector(file, target);
    }
    return entry;
  }

  private void placeDeletionVector(GenericRecord file, String puffin) {
    String dataFile =
        ManifestColumns.value(file, columns.referencedDataFile())
            .orElseThrow(
                () ->
                    columns.damage(
                        "the deletion vector in '%s' names no data file".formatted(puffin)))
            .toString();
    DvBlob blob = deletes.deletionVector(puffin, dataFile);
    put(file, columns.contentOffset(), blob.offset());
    put(file, columns.contentSize(), blob.lengthBytes());
  }

  private void dropSplitOffsets(GenericRecord file) {
    if (columns.splitOffsets().isPresent()
        && columns.file().isNullable(columns.splitOffsets().getAsInt())) {
      put(file, columns.splitOffsets(), null);
    }
  }

  private void put(GenericRecord file, OptionalInt field, Object value) {
    file.put(
        field.orElseThrow(() -> columns.damage("its schema cannot hold deletion vectors")), value);
  }
}
