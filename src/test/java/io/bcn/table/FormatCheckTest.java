package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatCheckTest {
  private static final TableName NAME = TableName.parse("db.t");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'timestamp_ns'",
        "'timestamptz_ns'",
        "'variant'",
        "'geometry(srid:3857)'",
        "{'type':'struct','fields':[{'id':2,'name':'x','type':'variant'}]}",
        "{'type':'list','element-id':2,'element':{'type':'map','key':'string','value':'geography'}}",
      })
  void typesThatAHiveMetastoreLacksAreRefusedThereAndNowhereElse(String type) throws IOException {
    TableState state = state(3, type);

    assertThatThrownBy(() -> new FormatCheck("prod", "hive").check(NAME, state))
        .isInstanceOfSatisfying(BcnException.class, FormatCheckTest::isUnsupported)
        .hasMessage(
            "Cannot restore table 'db.t': catalog 'prod' is a Hive metastore, which can't hold the types of 'c'");
    assertThatCode(() -> new FormatCheck("prod", "jdbc").check(NAME, state))
        .doesNotThrowAnyException();
  }

  @Test
  void whatAHiveMetastoreHoldsIsNotRefused() throws IOException {
    TableState state = state(3, "{'type':'list','element-id':2,'element':'decimal(9, 2)'}");

    assertThatCode(() -> new FormatCheck("prod", "hive").check(NAME, state))
        .doesNotThrowAnyException();
  }

  @Test
  void aFormatVersionThatIsNotKnownIsRefusedForEveryCatalog() throws IOException {
    TableState state = state(4, "'long'");

    assertThatThrownBy(() -> new FormatCheck("prod", "rest").check(NAME, state))
        .isInstanceOfSatisfying(BcnException.class, FormatCheckTest::isUnsupported)
        .hasMessage(
            "Cannot restore table 'db.t': its format version is 4, and this version of BCN knows up to 3");
  }

  private static void isUnsupported(BcnException failure) {
    assertThat(failure.code()).isEqualTo(ErrorCode.UNSUPPORTED);
  }

  private static TableState state(int formatVersion, String type) throws IOException {
    JsonNode schema =
        json("{'type':'struct','fields':[{'id':1,'name':'c','type':%s}]}".formatted(type));
    return new TableState(
        "1",
        NAME.database(),
        NAME.table(),
        Optional.empty(),
        "/m.json",
        new ObjectRef(ObjectKey.of("m"), "0".repeat(64)),
        1,
        formatVersion,
        List.of("/t"),
        0,
        List.of(new TableState.SchemaVersion(0, schema)),
        Optional.of(0),
        json("[]"),
        json("[]"),
        Map.of(),
        json("{}"),
        0,
        TableState.COVERS_ALL,
        List.of(),
        List.of());
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }
}
