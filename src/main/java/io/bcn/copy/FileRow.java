package io.bcn.copy;

import io.bcn.format.FileKind;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * One file of one table, as it travels through Spark: file lists are datasets of these rows and
 * never lists on the driver.
 *
 * @param table index of the table within the plan
 * @param io index of the FileIO that reads the location
 * @param lengthBytes {@link #UNKNOWN_LENGTH} where the metadata does not say
 * @param fileFormat Iceberg's file format in lower case, for content files; else empty
 * @param key object key in the repository; empty where the file is not stored yet
 * @param sha256 of the stored bytes; empty as the key
 * @param vouched whether a PIT vouches for the stored object, so that nobody need look at it
 * @param problem empty, or why the file can't be used, as {@link FileProblem#encoded}
 */
public record FileRow(
    int table,
    int io,
    String location,
    FileKind kind,
    long lengthBytes,
    String fileFormat,
    String key,
    String sha256,
    boolean vouched,
    String problem)
    implements Serializable {
  public static final long UNKNOWN_LENGTH = -1;

  public static final String TABLE = "table";
  public static final String LOCATION = "location";
  public static final String KIND = "kind";
  public static final String LENGTH = "length_bytes";
  public static final String KEY = "object_key";
  public static final String SHA256 = "sha256";
  public static final String VOUCHED = "vouched";
  public static final String PROBLEM = "problem";

  public static final StructType SCHEMA =
      new StructType(
          List.of(
                  DataTypes.createStructField(TABLE, DataTypes.IntegerType, false),
                  DataTypes.createStructField("io", DataTypes.IntegerType, false),
                  DataTypes.createStructField(LOCATION, DataTypes.StringType, false),
                  DataTypes.createStructField(KIND, DataTypes.StringType, false),
                  DataTypes.createStructField(LENGTH, DataTypes.LongType, false),
                  DataTypes.createStructField("file_format", DataTypes.StringType, false),
                  DataTypes.createStructField(KEY, DataTypes.StringType, false),
                  DataTypes.createStructField(SHA256, DataTypes.StringType, false),
                  DataTypes.createStructField(VOUCHED, DataTypes.BooleanType, false),
                  DataTypes.createStructField(PROBLEM, DataTypes.StringType, false))
              .toArray(StructField[]::new));

  /** A file that a table's metadata names. */
  public static FileRow reached(
      int table, int io, String location, FileKind kind, long lengthBytes, String fileFormat) {
    return new FileRow(table, io, location, kind, lengthBytes, fileFormat, "", "", false, "");
  }

  /** A file whose object is known. */
  public static FileRow stored(
      int table, String location, FileKind kind, long lengthBytes, String key, String sha256) {
    return new FileRow(table, 0, location, kind, lengthBytes, "", key, sha256, false, "");
  }

  public static Encoder<Row> encoder() {
    return Encoders.row(SCHEMA);
  }

  public static FileRow of(Row row) {
    return new FileRow(
        row.getInt(0),
        row.getInt(1),
        row.getString(2),
        FileKind.valueOf(row.getString(3)),
        row.getLong(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getBoolean(8),
        row.getString(9));
  }

  public Row toRow() {
    return RowFactory.create(
        table, io, location, kind.name(), lengthBytes, fileFormat, key, sha256, vouched, problem);
  }

  public boolean isStored() {
    return !key.isEmpty();
  }

  public FileRow withProblem(FileProblem found) {
    return new FileRow(
        table, io, location, kind, lengthBytes, fileFormat, key, sha256, vouched, found.encoded());
  }
}
