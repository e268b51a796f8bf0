package io.bcn.table;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.StructLike;

/** The partition of one manifest entry after the other. */
final class PartitionOfEntry implements StructLike {
  private final ManifestColumns columns;
  private final List<PartitionValue> fields;
  private final List<Integer> positions;
  private final Object[] values;

  private PartitionOfEntry(
      ManifestColumns columns, List<PartitionValue> fields, List<Integer> positions) {
    this.columns = columns;
    this.fields = fields;
    this.positions = positions;
    this.values = new Object[fields.size()];
  }

  static PartitionOfEntry of(ManifestColumns columns, List<PartitionValue> fields) {
    List<Integer> positions = new ArrayList<>();
    for (PartitionValue field : fields) {
      positions.add(
          columns
              .partitionFields()
              .position(field.fieldId(), field.name())
              .orElseThrow(
                  () -> columns.damage("its partitions have no field '" + field.name() + "'")));
    }
    return new PartitionOfEntry(columns, fields, positions);
  }

  void read(GenericRecord entry) {
    GenericRecord partition = columns.partition(columns.file(entry));
    for (int i = 0; i < values.length; i++) {
      values[i] = fields.get(i).of(partition.get(positions.get(i)));
    }
  }

  @Override
  public int size() {
    return values.length;
  }

  @Override
  public <T> T get(int position, Class<T> type) {
    return type.cast(values[position]);
  }

  @Override
  public <T> void set(int position, T value) {
    throw new UnsupportedOperationException("a partition is only read");
  }

  @Override
  public String toString() {
    return IntStream.range(0, values.length)
        .mapToObj(i -> fields.get(i).name() + "=" + values[i])
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
