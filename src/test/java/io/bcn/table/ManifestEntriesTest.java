package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.FileKind;
import io.bcn.table.LocationMapping.Root;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class ManifestEntriesTest {
  private static final String LOCATION = "/w/t/metadata/m.avro";
  private static final int ADDED = 1;
  private static final int DELETED = 2;

  private static final String SCHEMA =
      """
      {"type":"record","name":"manifest_entry","fields":[
        {"name":"status","type":"int","field-id":0},
        {"name":"sequence_number","type":["null","long"],"default":null,"field-id":3},
        {"name":"data_file","field-id":2,"type":{"type":"record","name":"r2","fields":[
          {"name":"content","type":"int","field-id":134},
          {"name":"file_path","type":"string","field-id":100},
          {"name":"file_format","type":"string","field-id":101},
          {"name":"partition","field-id":102,"type":{"type":"record","name":"r102","fields":[
            {"name":"place","type":["null","string"],"default":null,"field-id":1000}]}},
          {"name":"file_size_in_bytes","type":"long","field-id":104},
          {"name":"lower_bounds","field-id":125,"type":["null",{"type":"array","logicalType":"map","items":
            {"type":"record","name":"k126_v127","fields":[{"name":"key","type":"int","field-id":126},
             {"name":"value","type":"bytes","field-id":127}]}}],"default":null},
          {"name":"upper_bounds","field-id":128,"type":["null",{"type":"array","logicalType":"map","items":
            {"type":"record","name":"k129_v130","fields":[{"name":"key","type":"int","field-id":129},
             {"name":"value","type":"bytes","field-id":130}]}}],"default":null},
          {"name":"split_offsets","type":["null",{"type":"array","items":"long","element-id":133}],"default":null,
            "field-id":132},
          {"name":"first_row_id","type":["null","long"],"default":null,"field-id":142},
          {"name":"referenced_data_file","type":["null","string"],"default":null,"field-id":143},
          {"name":"content_offset","type":["null","long"],"default":null,"field-id":144},
          {"name":"content_size_in_bytes","type":["null","long"],"default":null,"field-id":145},
          {"name":"from_the_future","type":["null","string"],"default":null,"field-id":9000}]}}]}
      """;

  private static final LocationMapping MAPPING =
      new LocationMapping(List.of(new Root("/w/t", "/n/t")), "/n/t/ext");

  private final List<String> asked = new ArrayList<>();

  private final RewrittenDeletes deletes =
      new RewrittenDeletes() {
        @Override
        public long lengthBytes(String targetLocation) {
          asked.add(targetLocation);
          return 4242;
        }

        @Override
        public DvBlob deletionVector(String targetPuffin, String targetDataFile) {
          asked.add(targetPuffin + " for " + targetDataFile);
          return new DvBlob(77, 88);
        }
      };

  @Test
  void liveFilesAreListedWithTheirKindAndDeletedOnesAreNot() throws IOException {
    List<LiveFile> files = new ArrayList<>();
    byte[] manifest =
        manifest(
            entry(ADDED, 0, "/w/t/1.parquet", "PARQUET", "", ""),
            entry(0, 0, "/w/t/2.orc", "orc", "", ""),
            entry(DELETED, 0, "/w/t/3.parquet", "PARQUET", "", ""),
            entry(ADDED, 1, "/w/t/4.avro", "AVRO", "", ""),
            entry(ADDED, 1, "/w/t/5.puffin", "PUFFIN", "", "/w/t/1.parquet"),
            entry(ADDED, 2, "/w/t/6.parquet", "PARQUET", "", ""));

    ManifestEntries.forEachLive(
        new ByteArrayInputStream(manifest), LOCATION, Coverage.WHOLE, files::add);

    assertThat(files)
        .containsExactly(
            new LiveFile("/w/t/1.parquet", FileKind.DATA, 1000, "parquet"),
            new LiveFile("/w/t/2.orc", FileKind.DATA, 1000, "orc"),
            new LiveFile("/w/t/4.avro", FileKind.POSITION_DELETES, 1000, "avro"),
            new LiveFile("/w/t/5.puffin", FileKind.DELETION_VECTORS, 1000, "puffin"),
            new LiveFile("/w/t/6.parquet", FileKind.EQUALITY_DELETES, 1000, "parquet"));
  }

  @Test
  void dataEntriesChangeTheirPathOnly() throws IOException {
    GenericRecord file =
        relocated(entry(ADDED, 0, "/w/t/1.parquet", "PARQUET", "/w/t/a,/w/t/a", ""));

    assertThat(file.toString())
        .isEqualTo(
            original(entry(ADDED, 0, "/w/t/1.parquet", "PARQUET", "/w/t/a,/w/t/a", ""))
                .toString()
                .replace("/w/t/1.parquet", "/n/t/1.parquet"));
    assertThat(asked).isEmpty();
  }

  @Test
  void livePositionDeletesGetTheSizeThatWasWrittenAndLoseTheirSplitOffsets() throws IOException {
    GenericRecord file =
        relocated(entry(ADDED, 1, "/w/t/d.parquet", "PARQUET", "/w/t/1,/w/t/1", ""));

    assertThat(file.get("file_path")).hasToString("/n/t/d.parquet");
    assertThat(file.get("file_size_in_bytes")).isEqualTo(4242L);
    assertThat(file.get("split_offsets")).isNull();
    assertThat(file.get("lower_bounds").toString()).contains("/n/t/1").doesNotContain("/w/t");
    assertThat(file.get("upper_bounds").toString()).contains("/n/t/1").doesNotContain("/w/t");
    assertThat(file.get("from_the_future")).hasToString("/w/t kept");
    assertThat(asked).containsExactly("/n/t/d.parquet");
  }

  @Test
  void boundsThatDifferAreDroppedButThoseOfOtherColumnsStay() throws IOException {
    GenericRecord file =
        relocated(entry(ADDED, 1, "/w/t/d.parquet", "PARQUET", "/w/t/1,/w/t/2", ""));

    assertThat(file.get("lower_bounds").toString())
        .doesNotContain("2147483546")
        .contains("2147483545");
    assertThat(file.get("upper_bounds").toString())
        .doesNotContain("2147483546")
        .contains("2147483545");
  }

  @Test
  void absentBoundsStayAbsent() throws IOException {
    GenericRecord file = relocated(entry(ADDED, 1, "/w/t/d.parquet", "PARQUET", "", "/w/t/1"));

    assertThat(file.get("lower_bounds")).isNull();
    assertThat(file.get("upper_bounds")).isNull();
    assertThat(file.get("referenced_data_file")).hasToString("/n/t/1");
  }

  @Test
  void deletionVectorsFollowTheirPlaceInTheNewPuffinFile() throws IOException {
    GenericRecord file =
        relocated(entry(ADDED, 1, "/w/t/d.puffin", "PUFFIN", "", "/old/x.parquet"));

    String dataFile = MAPPING.map("/old/x.parquet");
    assertThat(file.get("referenced_data_file")).hasToString(dataFile);
    assertThat(file.get("file_size_in_bytes")).isEqualTo(4242L);
    assertThat(file.get("content_offset")).isEqualTo(77L);
    assertThat(file.get("content_size_in_bytes")).isEqualTo(88L);
    assertThat(asked).containsExactly("/n/t/d.puffin", "/n/t/d.puffin for " + dataFile);
  }

  @Test
  void deletedEntriesGetNewPathsAndAreNeverAskedFor() throws IOException {
    GenericRecord file =
        relocated(entry(DELETED, 1, "/w/t/d.puffin", "PUFFIN", "/w/t/1,/w/t/1", "/w/t/1"));

    assertThat(file.get("file_path")).hasToString("/n/t/d.puffin");
    assertThat(file.get("referenced_data_file")).hasToString("/n/t/1");
    assertThat(file.get("lower_bounds").toString()).contains("/n/t/1");
    assertThat(file.get("file_size_in_bytes")).isEqualTo(1000L);
    assertThat(file.get("content_offset")).isEqualTo(4L);
    assertThat(asked).isEmpty();
  }

  @Test
  void equalityDeletesAreCopiesSoTheirSizeStays() throws IOException {
    GenericRecord file = relocated(entry(ADDED, 2, "/w/t/e.parquet", "PARQUET", "", ""));

    assertThat(file.get("file_size_in_bytes")).isEqualTo(1000L);
    assertThat(file.get("split_offsets")).isNotNull();
    assertThat(asked).isEmpty();
  }

  @Test
  void headersAndUnknownFieldsStayAndASecondRunGivesTheSameBytes() throws IOException {
    byte[] source = manifest(entry(ADDED, 0, "/w/t/1.parquet", "PARQUET", "", ""));
    byte[] target = relocated(source);

    RelocatedAvro.Content after = ManifestListFileTest.read(target);
    assertThat(after.header())
        .isEqualTo(ManifestListFileTest.read(source).header())
        .containsEntry("partition-spec", "[]");
    assertThat(after.schema()).isEqualTo(ManifestListFileTest.read(source).schema());
    assertThat(after.records().get(0).get("sequence_number")).isNull();
    assertThat(relocated(source)).isEqualTo(target);
  }

  @Test
  void aVectorThatNamesNoDataFileIsDamage() throws IOException {
    byte[] manifest = manifest(entry(ADDED, 1, "/w/t/d.puffin", "PUFFIN", "", ""));

    assertDamage(manifest, "the deletion vector in '/n/t/d.puffin' names no data file");
  }

  @Test
  void contentFromTheFutureIsRefusedAndNotTakenForData() throws IOException {
    byte[] manifest = manifest(entry(ADDED, 3, "/w/t/d.x", "PARQUET", "", ""));

    assertDamage(manifest, "it holds files of unknown content 3");
    assertThatThrownBy(
            () ->
                ManifestEntries.forEachLive(
                    new ByteArrayInputStream(manifest), LOCATION, Coverage.WHOLE, file -> {}))
        .isInstanceOf(BcnException.class)
        .hasMessage(
            "Cannot read manifest '%s': it holds files of unknown content 3".formatted(LOCATION));
  }

  @Test
  void flippedBytesNeverPassForAnIoProblemOrABug() throws IOException {
    byte[] whole = manifest(entry(ADDED, 1, "/w/t/d.parquet", "PARQUET", "/w/t/1,/w/t/1", ""));
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 0x15;
      try {
        relocated(flipped);
      } catch (BcnException e) {
        assertThat(e.code()).as("byte %d", i).isEqualTo(ErrorCode.DAMAGED);
        assertThat(e)
            .as("byte %d", i)
            .hasMessageStartingWith("Cannot read manifest '" + LOCATION + "': ");
      }
    }
  }

  private void assertDamage(byte[] manifest, String reason) {
    assertThatThrownBy(() -> relocated(manifest))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
        .hasMessage("Cannot read manifest '%s': %s".formatted(LOCATION, reason));
  }

  private GenericRecord relocated(String entry) throws IOException {
    return (GenericRecord)
        ManifestListFileTest.read(relocated(manifest(entry))).records().get(0).get("data_file");
  }

  private static GenericRecord original(String entry) throws IOException {
    return (GenericRecord)
        ManifestListFileTest.read(manifest(entry)).records().get(0).get("data_file");
  }

  private byte[] relocated(byte[] manifest) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ManifestEntries.relocate(new ByteArrayInputStream(manifest), out, LOCATION, MAPPING, deletes);
    return out.toByteArray();
  }

  private static byte[] manifest(String... entries) throws IOException {
    return AvroFixture.file(
        SCHEMA, "deflate", Map.of("partition-spec", "[]", "content", "deletes"), entries);
  }

  /**
   * {@code bounds} are the lower and the upper one of file_path; empty for none, as is {@code
   * referenced}.
   */
  private static String entry(
      int status, int content, String path, String format, String bounds, String referenced) {
    String lower = bounds.isEmpty() ? "null" : bound(bounds.substring(0, bounds.indexOf(',')));
    String upper = bounds.isEmpty() ? "null" : bound(bounds.substring(bounds.indexOf(',') + 1));
    boolean puffin = format.equals("PUFFIN");
    return """
        {"status":%d,"sequence_number":null,"data_file":{"content":%d,"file_path":"%s","file_format":"%s",
         "partition":{"place":{"string":"/w/t"}},"file_size_in_bytes":1000,"lower_bounds":%s,"upper_bounds":%s,
         "split_offsets":{"array":[4]},"first_row_id":null,"referenced_data_file":%s,"content_offset":%s,
         "content_size_in_bytes":%s,"from_the_future":{"string":"/w/t kept"}}}
        """
        .formatted(
            status,
            content,
            path,
            format,
            lower,
            upper,
            referenced.isEmpty() ? "null" : "{\"string\":\"" + referenced + "\"}",
            puffin ? "{\"long\":4}" : "null",
            puffin ? "{\"long\":40}" : "null");
  }

  private static String bound(String path) {
    return "{\"array\":[{\"key\":2147483546,\"value\":\""
        + path
        + "\"},{\"key\":2147483545,\"value\":\"\\u0001\"}]}";
  }
}
