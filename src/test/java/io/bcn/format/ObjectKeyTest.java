package io.bcn.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeyTest {
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"manifest.json", "a/b/.in_progress", "a/...", "a/b%2F..%2F", "~x/a=1"})
  void aPlainRelativePathIsAKey(String text) {
    assertThat(ObjectKey.of(text)).hasToString(text);
  }

  @ParameterizedTest(name = "[{0}]")
  @ValueSource(
      strings = {
        "../../etc/passwd",
        "catalogs/../../secret",
        "catalogs/..",
        "/etc/passwd",
        "//host/share",
        "s3://other/bucket",
        "file:etc/passwd",
        "C:secret",
        "catalogs\\..\\secret",
        "\\\\host\\share",
        "catalogs/./prod",
        "catalogs//prod",
        "catalogs/prod/",
        "/",
        ".",
        "..",
        "",
        "a\0b",
        "a\nb",
      })
  void aPathThatMayLeadElsewhereIsRefusedAlsoInADocument(String key) throws IOException {
    String reason =
        "Cannot use object key '%s': it is not a plain relative path"
            .formatted(key.replace('\0', '?').replace('\n', '?'));
    assertThatThrownBy(() -> ObjectKey.of(key))
        .isInstanceOfSatisfying(BcnException.class, ObjectKeyTest::assertIsDamaged)
        .hasMessage(reason);

    String golden = new String(GoldenFileTest.golden("table_state.json"), UTF_8);
    String quoted = new JsonMapper().writeValueAsString(Samples.tableState().metadata().key());
    assertThat(golden).contains(quoted);
    byte[] tampered =
        golden.replace(quoted, new JsonMapper().writeValueAsString(key)).getBytes(UTF_8);

    assertThatThrownBy(() -> Documents.read(TableState.class, tampered, "hdfs://nn/state.json"))
        .isInstanceOfSatisfying(BcnException.class, ObjectKeyTest::assertIsDamaged)
        .hasMessage("Cannot read 'hdfs://nn/state.json': at 'metadata.key': " + reason);
  }

  @Test
  void aKeyCannotBeResolvedToSomethingOutsideOfIt() {
    ObjectKey key = ObjectKey.of("catalogs/prod");

    assertThat(key.resolve("pit_manifests")).hasToString("catalogs/prod/pit_manifests");
    assertThatThrownBy(() -> key.resolve("../../x"))
        .hasMessage(
            "Cannot use object key 'catalogs/prod/../../x': it is not a plain relative path");
  }

  @Test
  void aKeyHasANameAndKeysSortAsText() {
    assertThat(ObjectKey.of("a/b/c.avro").name()).isEqualTo("c.avro");
    assertThat(ObjectKey.of("manifest.json").name()).isEqualTo("manifest.json");
    assertThat(ObjectKey.of("a/b")).isLessThan(ObjectKey.of("a/c"));
  }

  private static void assertIsDamaged(BcnException e) {
    assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED);
    assertThat(e.hint()).contains("bcn verify");
  }
}
