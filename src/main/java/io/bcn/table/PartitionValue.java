package io.bcn.table;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.avro.generic.GenericFixed;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * One field of the partitions of a spec, read as Iceberg compares it.
 *
 * @param type the field's newest: older manifests may have it narrower
 */
record PartitionValue(int fieldId, String name, Type type) implements Serializable {

  /** The value of a record that Avro read; null stays null. */
  Object of(Object avro) {
    if (avro == null) {
      return null;
    }
    return switch (type.typeId()) {
      case INTEGER, DATE -> ((Number) avro).intValue();
      case LONG, TIME, TIMESTAMP, TIMESTAMP_NANO -> ((Number) avro).longValue();
      case FLOAT -> ((Number) avro).floatValue();
      case DOUBLE -> ((Number) avro).doubleValue();
      case STRING -> avro.toString();
      case DECIMAL ->
          new BigDecimal(new BigInteger(bytes(avro)), ((Types.DecimalType) type).scale());
      case UUID -> uuid(ByteBuffer.wrap(bytes(avro)));
      default -> avro;
    };
  }

  private static Object uuid(ByteBuffer bytes) {
    return new java.util.UUID(bytes.getLong(), bytes.getLong());
  }

  private static byte[] bytes(Object avro) {
    if (avro instanceof GenericFixed fixed) {
      return fixed.bytes();
    }
    ByteBuffer buffer = ((ByteBuffer) avro).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
