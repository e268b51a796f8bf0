package io.bcn.repository;

import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** The columns of an inventory. New ones may be added at the end; these stay. */
final class InventoryColumns {
  static final String LOCATION = "source_location";
  static final String KEY = "object_key";
  static final String KIND = "kind";
  static final String LENGTH = "length_bytes";
  static final String SHA256 = "sha256";

  static final MessageType SCHEMA =
      Types.buildMessage()
          .required(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(LOCATION)
          .required(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(KEY)
          .required(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(KIND)
          .required(PrimitiveTypeName.INT64)
          .named(LENGTH)
          .required(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(SHA256)
          .named("inventory");

  private InventoryColumns() {}
}
