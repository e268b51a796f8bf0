package io.bcn.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Equal documents give equal bytes, in whatever order their parts came in. */
class SameBytesTest {
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aPitManifestDoesNotDependOnTheOrderOfItsParts(long seed) {
    PitManifest sample = Samples.pitManifest();

    PitManifest other =
        new PitManifest(
            sample.version(),
            sample.pitTimestamp(),
            sample.parentPit(),
            sample.parentSha256(),
            sample.runId(),
            sample.programVersion(),
            sample.cut(),
            sample.complete(),
            new PitManifest.IncludedObjects(
                shuffled(sample.includedObjects().databases(), seed),
                Map.of(
                    "db2", shuffled(List.of("sales_2024", "broken"), seed),
                    "db1", shuffled(List.of("orders", "customers"), seed)),
                Map.of(
                    "db2", List.of("lost"),
                    "db1", shuffled(List.of("open_orders", "revenue"), seed))),
            sample.deletedInSource(),
            new PitManifest.UnchangedObjects(
                shuffled(sample.unchangedObjects().tables(), seed),
                shuffled(sample.unchangedObjects().checksums(), seed),
                sample.unchangedObjects().views()),
            shuffled(sample.databases(), seed),
            shuffled(sample.tables(), seed),
            shuffled(sample.deletedObjects(), seed),
            shuffled(sample.skippedObjects(), seed),
            shuffled(sample.views(), seed),
            shuffled(sample.deletedViews(), seed));

    assertThat(other).isEqualTo(sample);
    assertThat(Documents.write(other)).isEqualTo(Documents.write(sample));
  }

  @Test
  void aTableStateDoesNotDependOnTheOrderOfJsonKeysOrSchemas() {
    TableState state = Samples.tableState();
    String json = new String(Documents.write(state), UTF_8);
    String refs = "\"snapshot-id\" : 3051729675574597004,\n      \"type\" : \"branch\"";
    assertThat(json).contains(refs);
    String turned =
        json.replace(refs, "\"type\" : \"branch\", \"snapshot-id\" : 3051729675574597004");

    TableState other = Documents.read(TableState.class, turned.getBytes(UTF_8), "turned");

    assertThat(other).isEqualTo(state);
    assertThat(Documents.write(other)).isEqualTo(Documents.write(state));
    assertThat(state.schemas()).extracting("schemaVersion").containsExactly(0, 1);
  }

  @Test
  void listsWithAMeaningfulOrderKeepIt() {
    assertThat(Samples.tableState().roots())
        .containsExactly("s3://lake/db1/orders", "s3://fast/orders-data");
    assertThat(Samples.tableState().inventories())
        .extracting(part -> part.key().value().contains("/snapshots/"))
        .containsExactly(true, false);
  }

  @Test
  void linesEndAsOnUnixAndTheLastOneEndsToo() {
    String text = new String(Documents.write(Samples.pitManifest()), UTF_8);

    assertThat(text).endsWith("}\n").doesNotContain("\r");
  }

  @Test
  void aDocumentDoesNotChangeWithTheCollectionsThatItWasMadeOf() {
    Map<String, String> properties = new LinkedHashMap<>(Map.of("owner", "sales"));
    List<DatabaseName> databases = new ArrayList<>(List.of(Samples.DB1));
    CatalogMetadata document = new CatalogMetadata("1", "prod", "jdbc", properties, databases);

    properties.put("owner", "nobody");
    databases.clear();

    assertThat(document.properties()).containsEntry("owner", "sales");
    assertThat(document.databases()).containsExactly(Samples.DB1);
    assertThatThrownBy(() -> document.properties().put("a", "b"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(null);
  }

  private static <T> List<T> shuffled(List<T> list, long seed) {
    List<T> shuffled = new ArrayList<>(list);
    Collections.shuffle(shuffled, new Random(seed));
    return shuffled;
  }

  private static Map<String, String> shuffled(Map<String, String> map, long seed) {
    Map<String, String> shuffled = new LinkedHashMap<>();
    shuffled(List.copyOf(map.keySet()), seed).forEach(key -> shuffled.put(key, map.get(key)));
    return shuffled;
  }
}
