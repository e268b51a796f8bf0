package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.FileKind;
import io.bcn.table.LocationMapping.Root;
import io.bcn.table.ManifestListFile.Content;
import io.bcn.table.ManifestListFile.Entry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestListFileTest {
  private static final String LOCATION = "/w/t/metadata/snap-1.avro";

  /** The ids decide: the names of two fields are swapped, and one field is from the future. */
  private static final String SCHEMA =
      """
      {"type":"record","name":"manifest_file","doc":"kept","fields":[
        {"name":"length_of_it","type":"string","field-id":500,"doc":"Location"},
        {"name":"manifest_path","type":"long","field-id":501},
        {"name":"content","type":"int","field-id":517},
        {"name":"first_row_id","type":["null","long"],"default":null,"field-id":520},
        {"name":"partitions","type":["null",{"type":"array","items":{"type":"record","name":"r508","fields":[
          {"name":"contains_null","type":"boolean","field-id":509},
          {"name":"lower_bound","type":["null","bytes"],"default":null,"field-id":510}]},"element-id":508}],
          "default":null,"field-id":507},
        {"name":"from_the_future","type":["null",{"type":"map","values":"double"}],"field-id":9000}]}
      """;

  private static final LocationMapping MAPPING =
      new LocationMapping(List.of(new Root("/w/t", "/n/t")), "/n/t/ext");

  @Test
  void readsEveryManifestWithItsLengthAndContent() throws IOException {
    List<Entry> entries = ManifestListFile.read(new ByteArrayInputStream(list("null")), LOCATION);

    assertThat(entries)
        .containsExactly(
            new Entry("/w/t/metadata/m0.avro", 7000, Content.DATA),
            new Entry("/w/t/metadata/m1.avro", 8000, Content.DELETES));
    assertThat(entries.get(1).reference())
        .isEqualTo(new Reference("/w/t/metadata/m1.avro", FileKind.MANIFEST, 8000));
  }

  @Test
  void aListOfVersion1WithoutIdsHoldsData() throws IOException {
    byte[] bytes =
        AvroFixture.file(
            """
            {"type":"record","name":"manifest_file","fields":[
              {"name":"manifest_path","type":"string"},{"name":"manifest_length","type":"long"}]}
            """,
            "null",
            Map.of(),
            "{\"manifest_path\":\"/w/t/m.avro\",\"manifest_length\":5}");

    assertThat(ManifestListFile.read(new ByteArrayInputStream(bytes), LOCATION))
        .containsExactly(new Entry("/w/t/m.avro", 5, Content.DATA));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "snappy", "zstandard"})
  void relocationChangesPathsAndLengthsOnly(String codec) throws IOException {
    byte[] source = list(codec);
    byte[] target = relocated(source);

    RelocatedAvro.Content before = read(source);
    RelocatedAvro.Content after = read(target);
    assertThat(after.header())
        .isEqualTo(before.header())
        .containsEntry("avro.codec", codec)
        .containsEntry("snapshot-id", "1");
    assertThat(after.schema()).isEqualTo(before.schema());
    assertThat(after.records().toString())
        .isEqualTo(
            before
                .records()
                .toString()
                .replace("/w/t/", "/n/t/")
                .replace("7000", "21")
                .replace("8000", "21"));
    assertThat(relocated(source)).isEqualTo(target);
  }

  @Test
  void everyTruncationWithinABlockIsDamage() throws IOException {
    byte[] whole = list("deflate");
    for (int length = 0; length < whole.length - 1; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      // Cut exactly behind the header, nothing is missing but rows: only the recorded length tells.
      if (length != whole.length - lastBlockLength(whole)) {
        assertThatThrownBy(() -> ManifestListFile.read(new ByteArrayInputStream(part), LOCATION))
            .as("cut to %d bytes", length)
            .isInstanceOfSatisfying(
                BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
            .hasMessageStartingWith("Cannot read manifest list '" + LOCATION + "': ");
      }
    }
  }

  @Test
  void aFileWithoutTheFieldsIsDamage() throws IOException {
    byte[] bytes =
        AvroFixture.file(
            "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"x\",\"type\":\"int\"}]}",
            "null",
            Map.of());

    assertThatThrownBy(() -> ManifestListFile.read(new ByteArrayInputStream(bytes), LOCATION))
        .isInstanceOf(BcnException.class)
        .hasMessage(
            "Cannot read manifest list '%s': its schema has no field manifest_path"
                .formatted(LOCATION));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStoreThatFailsIsNotDamage(boolean checked) throws IOException {
    byte[] whole = list("null");
    InputStream failing =
        new InputStream() {
          private int position;

          @Override
          public int read() throws IOException {
            if (position < whole.length / 2) {
              return whole[position++] & 0xff;
            }
            if (checked) {
              throw new IOException("connection reset");
            }
            throw new IllegalArgumentException("connection reset");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            buffer[offset] = (byte) read();
            return 1;
          }
        };

    assertThatThrownBy(() -> ManifestListFile.read(failing, LOCATION))
        .isInstanceOf(IOException.class)
        .hasMessage("connection reset");
  }

  private static int lastBlockLength(byte[] file) {
    byte[] sync = Arrays.copyOfRange(file, file.length - 16, file.length);
    for (int i = file.length - 17; i > 0; i--) {
      if (Arrays.equals(file, i, i + 16, sync, 0, 16)) {
        return file.length - i - 16;
      }
    }
    throw new IllegalStateException("an Avro file without a header");
  }

  private static byte[] list(String codec) throws IOException {
    return AvroFixture.file(
        SCHEMA,
        codec,
        Map.of("snapshot-id", "1", "format-version", "3"),
        """
        {"length_of_it":"/w/t/metadata/m0.avro","manifest_path":7000,"content":0,"first_row_id":{"long":9},
         "partitions":{"array":[{"contains_null":true,"lower_bound":{"bytes":"\\u0000/w/t2\\u00ff"}}]},
         "from_the_future":{"map":{"a":1.5}}}
        """,
        """
        {"length_of_it":"/w/t/metadata/m1.avro","manifest_path":8000,"content":1,"first_row_id":null,
         "partitions":null,"from_the_future":null}
        """);
  }

  private static byte[] relocated(byte[] list) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ManifestListFile.relocate(
        new ByteArrayInputStream(list), out, LOCATION, MAPPING, String::length);
    return out.toByteArray();
  }

  static RelocatedAvro.Content read(byte[] file) throws IOException {
    try (MemoryFiles io = new MemoryFiles()) {
      io.addFile("mem:/f", file);
      return RelocatedAvro.read(io.newInputFile("mem:/f"));
    }
  }
}
