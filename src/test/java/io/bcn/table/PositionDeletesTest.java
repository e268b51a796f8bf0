package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.table.LocationMapping.Root;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.DeleteSchemaUtil;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PositionDeletesTest {
  private static final String SOURCE = "mem:/w/t/d";
  private static final String TARGET = "mem:/n/t/d";
  private static final Schema ROW =
      new Schema(
          Types.NestedField.optional(1, "name", Types.StringType.get()),
          Types.NestedField.optional(
              2, "tags", Types.ListType.ofOptional(3, Types.IntegerType.get())),
          Types.NestedField.optional(
              4,
              "sizes",
              Types.MapType.ofOptional(5, 6, Types.StringType.get(), Types.DecimalType.of(9, 2))));

  /** The second root sorts before the first one in the target, and behind it in the source. */
  private static final LocationMapping MAPPING =
      new LocationMapping(
          List.of(new Root("mem:/w/t", "mem:/n/t"), new Root("mem:/x/t", "mem:/a/t")),
          "mem:/n/t/ext");

  private final MemoryFiles io = new MemoryFiles();

  @ParameterizedTest
  @EnumSource(names = {"PARQUET", "ORC", "AVRO"})
  void rowsKeepTheirOrderBelowOneRoot(FileFormat format) throws IOException {
    write(
        format,
        DeleteSchemaUtil.pathPosSchema(),
        Map.of(),
        "mem:/w/t/1#0",
        "mem:/w/t/1#5",
        "mem:/w/t/2#3");

    relocate(format);

    assertThat(rows(format)).containsExactly("mem:/n/t/1#0", "mem:/n/t/1#5", "mem:/n/t/2#3");
  }

  @ParameterizedTest
  @EnumSource(names = {"PARQUET", "ORC", "AVRO"})
  void rowsAreSortedAgainWhereTheMappingBreaksTheirOrder(FileFormat format) throws IOException {
    write(
        format,
        DeleteSchemaUtil.pathPosSchema(),
        Map.of(),
        "mem:/w/t/1#0",
        "mem:/w/t/1#5",
        "mem:/x/t/1#2",
        "mem:/x/t/1#11",
        "mem:/x/t/2#1");

    relocate(format);

    assertThat(rows(format))
        .containsExactly(
            "mem:/a/t/1#2", "mem:/a/t/1#11", "mem:/a/t/2#1", "mem:/n/t/1#0", "mem:/n/t/1#5");
  }

  @ParameterizedTest
  @EnumSource(names = {"PARQUET", "ORC", "AVRO"})
  void deletedRowsKeptInTheFileStayWithTheirPositions(FileFormat format) throws IOException {
    write(format, DeleteSchemaUtil.posDeleteSchema(ROW), Map.of(), "mem:/w/t/1#4", "mem:/x/t/1#2");

    relocate(format);

    assertThat(wholeRows(format, TARGET))
        .containsExactly(
            "mem:/a/t/1#2 " + row("mem:/x/t/1#2"), "mem:/n/t/1#4 " + row("mem:/w/t/1#4"));
  }

  @Test
  void aFileWithoutRowsStaysOne() throws IOException {
    // Iceberg's Parquet and ORC writers create no file without rows; others do.
    write(FileFormat.AVRO, DeleteSchemaUtil.pathPosSchema(), Map.of());

    relocate(FileFormat.AVRO);

    assertThat(rows(FileFormat.AVRO)).isEmpty();
    assertThat(io.bytes(TARGET)).isEqualTo(io.bytes(SOURCE));
  }

  @ParameterizedTest
  @EnumSource(names = {"PARQUET", "ORC", "AVRO"})
  void whateverIsThereIsReplaced(FileFormat format) throws IOException {
    write(format, DeleteSchemaUtil.pathPosSchema(), Map.of(), "mem:/w/t/1#0");
    io.addFile(TARGET, new byte[] {1, 2, 3});

    relocate(format);

    assertThat(rows(format)).containsExactly("mem:/n/t/1#0");
  }

  @ParameterizedTest
  @CsvSource({
    "PARQUET, write.parquet.compression-codec, snappy",
    "PARQUET, write.parquet.compression-codec, gzip",
    "PARQUET, write.parquet.compression-codec, uncompressed",
    "ORC, write.orc.compression-codec, snappy",
    "ORC, write.orc.compression-codec, none",
    "ORC, write.orc.compression-codec, zstd",
  })
  void codecAndWritersNotesStay(FileFormat format, String property, String codec)
      throws IOException {
    write(format, DeleteSchemaUtil.pathPosSchema(), Map.of(property, codec), "mem:/w/t/1#0");

    relocate(format);

    ColumnarFooter before = footer(format, SOURCE);
    ColumnarFooter after = footer(format, TARGET);
    assertThat(after.writeProperties())
        .isEqualTo(before.writeProperties())
        .containsEntry(property, codec);
    assertThat(after.metadata())
        .isEqualTo(before.metadata())
        .containsEntry("delete-type", "position");
    assertThat(after.schema().asStruct()).isEqualTo(before.schema().asStruct());
  }

  @Test
  void anAvroFileKeepsItsHeader() throws IOException {
    write(
        FileFormat.AVRO,
        DeleteSchemaUtil.pathPosSchema(),
        Map.of("write.avro.compression-codec", "snappy"),
        "mem:/w/t/1#0");

    relocate(FileFormat.AVRO);

    RelocatedAvro.Content before = RelocatedAvro.read(io.newInputFile(SOURCE));
    RelocatedAvro.Content after = RelocatedAvro.read(io.newInputFile(TARGET));
    assertThat(after.header())
        .isEqualTo(before.header())
        .containsEntry("avro.codec", "snappy")
        .containsEntry("delete-type", "position");
  }

  @Test
  void anOrcFooterMayBeLongerThanWhatIsReadAtFirst() throws IOException {
    List<Types.NestedField> columns = new ArrayList<>();
    for (int i = 1; i <= 1200; i++) {
      String name = LocationHash.forName(String.valueOf(i)) + LocationHash.forName("second " + i);
      columns.add(Types.NestedField.optional(i, name, Types.LongType.get()));
    }
    Schema schema = DeleteSchemaUtil.posDeleteSchema(new Schema(columns));
    write(FileFormat.ORC, schema, Map.of("write.orc.compression-codec", "none"), "mem:/w/t/1#4");

    relocate(FileFormat.ORC);

    assertThat(rows(FileFormat.ORC)).containsExactly("mem:/n/t/1#4");
    assertThat(footer(FileFormat.ORC, TARGET).schema().asStruct())
        .isEqualTo(footer(FileFormat.ORC, SOURCE).schema().asStruct());
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc", "avro"})
  void aCutFileIsDamageAndLeavesNothingThatCouldBeRead(String name) throws IOException {
    FileFormat format = FileFormat.fromString(name);
    write(format, DeleteSchemaUtil.pathPosSchema(), Map.of(), "mem:/w/t/1#0", "mem:/w/t/2#1");
    byte[] whole = bytes(SOURCE);
    for (int length : new int[] {0, 3, whole.length / 2, whole.length - 9, whole.length - 1}) {
      io.addFile(SOURCE + length, Arrays.copyOf(whole, length));
      assertThatThrownBy(
              () ->
                  PositionDeletes.relocate(
                      io.newInputFile(SOURCE + length), io.newOutputFile(TARGET), name, MAPPING))
          .as("cut to %d of %d bytes", length, whole.length)
          .isInstanceOfSatisfying(
              BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
          .hasMessageStartingWith("Cannot read position delete file '" + SOURCE + length + "': ");
      assertThat(io.fileExists(TARGET)).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PARQUET", "ORC", "AVRO"})
  void aFileOfAnotherKindIsDamage(FileFormat format) throws IOException {
    DataWriter<Record> writer = writer(format, SOURCE, ROW, Map.of());
    writer.write(row("mem:/w/t/1#1"));
    writer.close();

    assertThatThrownBy(() -> relocate(format))
        .isInstanceOf(BcnException.class)
        .hasMessage(
            "Cannot read position delete file '%s': its schema has no field file_path"
                .formatted(SOURCE));
  }

  @Test
  void aParquetFileWhosePagesAskForAllMemoryIsDamage() throws IOException {
    byte[] whole = aParquetFile();

    assertDamaged(
        ForgedParquet.withFirstPage(whole, page -> page.setUncompressed_page_size(2_000_000_000)),
        "its pages ask for 2,000,000,000 bytes, and there can be no more than 268,435,456");
    assertDamaged(
        ForgedParquet.withFirstPage(
            whole, page -> page.getDictionary_page_header().setNum_values(2_000_000_000)),
        "its pages ask for 80,000,000,");
    assertDamaged(
        ForgedParquet.withFirstPage(whole, page -> page.setCompressed_page_size(-30)),
        "Compressed page size must not be negative but was: -30");
    assertDamaged(
        ForgedParquet.withFirstColumn(
            whole, column -> column.setTotal_compressed_size(20_000_000_000L)),
        "its pages ask for 20,000,000,000 bytes, and there can be no more than ");
  }

  @Test
  void aParquetFileWithAnotherWritersPagesIsRead() throws IOException {
    byte[] same = ForgedParquet.withFirstPage(aParquetFile(), page -> page.setCrc(1));
    io.addFile(SOURCE, same);

    relocate(FileFormat.PARQUET);

    assertThat(rows(FileFormat.PARQUET)).containsExactly("mem:/n/t/1#0", "mem:/n/t/1#5");
  }

  private byte[] aParquetFile() throws IOException {
    write(
        FileFormat.PARQUET,
        DeleteSchemaUtil.pathPosSchema(),
        Map.of(),
        "mem:/w/t/1#0",
        "mem:/w/t/1#5");
    return bytes(SOURCE);
  }

  private void assertDamaged(byte[] bytes, String reason) {
    io.addFile(SOURCE, bytes);
    assertThatThrownBy(() -> relocate(FileFormat.PARQUET))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
        .hasMessageStartingWith(
            "Cannot read position delete file '%s': %s".formatted(SOURCE, reason));
    assertThat(io.fileExists(TARGET)).isFalse();
  }

  @Test
  void anUnknownFormatIsRefused() {
    io.addFile(SOURCE, new byte[0]);

    assertThatThrownBy(
            () ->
                PositionDeletes.relocate(
                    io.newInputFile(SOURCE), io.newOutputFile(TARGET), "lance", MAPPING))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessage(
            "Cannot relocate position delete file '%s': its format is 'lance'".formatted(SOURCE));
  }

  private void relocate(FileFormat format) throws IOException {
    PositionDeletes.relocate(
        io.newInputFile(SOURCE), io.newOutputFile(TARGET), format.name(), MAPPING);
  }

  private List<String> rows(FileFormat format) throws IOException {
    return RelocatedAvro.positionDeletes(io.newInputFile(TARGET), format.name());
  }

  private void write(
      FileFormat format, Schema schema, Map<String, String> properties, String... rows)
      throws IOException {
    DataWriter<Record> writer = writer(format, SOURCE, schema, properties);
    for (String text : rows) {
      Record row = GenericRecord.create(schema);
      row.setField("file_path", text.substring(0, text.indexOf('#')));
      row.setField("pos", Long.valueOf(text.substring(text.indexOf('#') + 1)));
      if (schema.findField("row") != null) {
        Types.StructType type = schema.findType("row").asStructType();
        row.setField("row", type.field("name") == null ? GenericRecord.create(type) : row(text));
      }
      writer.write(row);
    }
    writer.close();
  }

  private DataWriter<Record> writer(
      FileFormat format, String location, Schema schema, Map<String, String> properties)
      throws IOException {
    return FormatModelRegistry.<Record, Object>dataWriteBuilder(
            format, Record.class, EncryptedFiles.plainAsEncryptedOutput(io.newOutputFile(location)))
        .schema(schema)
        .spec(PartitionSpec.unpartitioned())
        .meta("delete-type", "position")
        .setAll(properties)
        .build();
  }

  private static Record row(String text) {
    Record row = GenericRecord.create(ROW);
    row.setField("name", "row of " + text);
    row.setField("tags", Arrays.asList(1, null, 3));
    row.setField("sizes", Map.of("xl", new java.math.BigDecimal("12.50")));
    return row;
  }

  private List<String> wholeRows(FileFormat format, String location) throws IOException {
    List<String> rows = new ArrayList<>();
    try (CloseableIterable<Record> records =
        FormatModelRegistry.<Record, Object>readBuilder(
                format, Record.class, io.newInputFile(location))
            .project(DeleteSchemaUtil.posDeleteSchema(ROW))
            .build()) {
      records.forEach(
          row ->
              rows.add(
                  row.getField("file_path")
                      + "#"
                      + row.getField("pos")
                      + " "
                      + row.getField("row")));
    }
    return rows;
  }

  private ColumnarFooter footer(FileFormat format, String location) throws IOException {
    return format == FileFormat.ORC
        ? ColumnarFooter.orc(io.newInputFile(location))
        : ColumnarFooter.parquet(io.newInputFile(location));
  }

  private byte[] bytes(String location) throws IOException {
    try (var in = io.newInputFile(location).newStream()) {
      return in.readAllBytes();
    }
  }
}
