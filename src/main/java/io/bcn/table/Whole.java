package io.bcn.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.format.FileKind;
import io.bcn.format.TableState;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** The coverage of a table that is backed up as it is. */
record Whole() implements Coverage {
  private static final long serialVersionUID = 1L;

  @Override
  public String text() {
    return TableState.COVERS_ALL;
  }

  @Override
  public Schema listing(ManifestColumns columns) {
    return columns.forListing();
  }

  @Override
  public Predicate<GenericRecord> entries(AvroFile manifest, ManifestColumns columns) {
    return entry -> true;
  }

  @Override
  public boolean includes(FileKind kind) {
    return true;
  }

  @Override
  public boolean changes(FileKind kind) {
    return false;
  }

  @Override
  public void mark(ObjectNode metadata) {
    // Nothing to say of it.
  }
}
