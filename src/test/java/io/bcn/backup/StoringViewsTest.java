package io.bcn.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.PitId;
import io.bcn.format.PitManifest.CutMode;
import io.bcn.format.PitViews;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.format.ViewEntry;
import io.bcn.storage.Storage;
import io.bcn.storage.StorageLocation;
import io.bcn.table.CatalogCut;
import io.bcn.table.Cut;
import io.bcn.table.CutOptions;
import io.bcn.table.IcebergCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of views that change between the cut and their storing. */
class StoringViewsTest {
  private static final PitId PIT = new PitId(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir Path temp;
  private ViewCatalog views;
  private IcebergCatalog catalog;
  private Cut cut;

  @BeforeEach
  void threeViewsThatArePinned() {
    Map<String, String> properties =
        Map.of(
            "type",
            "jdbc",
            "uri",
            "jdbc:sqlite:" + temp.resolve("catalog.db"),
            "warehouse",
            temp.resolve("warehouse").toString(),
            "jdbc.schema-version",
            "V1");
    views = (ViewCatalog) CatalogUtil.buildIcebergCatalog("prod", properties, new Configuration());
    ((SupportsNamespaces) views).createNamespace(Namespace.of("db"));
    create("dropped");
    create("kept");
    create("moved");
    Map<String, String> conf = new HashMap<>();
    conf.put("spark.sql.catalog.prod", "org.apache.iceberg.spark.SparkCatalog");
    properties.forEach((key, value) -> conf.put("spark.sql.catalog.prod." + key, value));
    catalog = IcebergCatalog.open(conf, "prod");
    cut = CatalogCut.collect(catalog, Scope.ofCatalog("prod"), CutOptions.defaults());
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  @Test
  void aViewThatIsDroppedIsNotInThePitAndOneThatMovedOnIsStoredAsItIsNow() throws IOException {
    views.dropView(TableIdentifier.of("db", "dropped"));
    views
        .loadView(TableIdentifier.of("db", "moved"))
        .updateProperties()
        .set("later", "yes")
        .commit();
    removeFile("dropped");
    removeFile("moved");

    StoredViews stored = store();

    assertThat(stored.entries())
        .extracting(ViewEntry::name)
        .containsExactlyInAnyOrder("kept", "moved");
    assertThat(stored.entries()).extracting(ViewEntry::status).containsOnly(TableStatus.ACTIVE);
    assertThat(stored.entries())
        .filteredOn(view -> view.name().equals("moved"))
        .extracting(ViewEntry::metadataLocation)
        .doesNotContain(locationAtTheCut("moved"));
    assertThat(stored.dropped()).containsExactly(TableName.parse("db.dropped"));
    assertThat(stored.window(cut.window()).mode())
        .as("two of them belong to a later moment")
        .isEqualTo(CutMode.BEST_EFFORT);
    PitViews told = plan().stored(stored, Optional.empty(), Instant.now());
    assertThat(told.deleted()).as("no PIT ever had it").isEmpty();
  }

  @Test
  void aViewThatIsStillThereWithoutItsFileHasFailed() throws IOException {
    removeFile("kept");

    StoredViews stored = store();

    assertThat(stored.entries())
        .filteredOn(view -> view.status() == TableStatus.FAILED)
        .singleElement()
        .satisfies(
            view -> {
              assertThat(view.name()).isEqualTo("kept");
              assertThat(view.failure().orElseThrow().code()).isEqualTo("SOURCE_MISSING");
            });
    assertThat(stored.dropped()).isEmpty();
    assertThat(stored.window(cut.window())).isEqualTo(cut.window());
  }

  private StoredViews store() {
    Storage storage = StorageLocation.parse(temp.resolve("repo").toString()).open(Map.of());
    return new StoringViews(storage, "prod", PIT).store(plan(), cut, catalog);
  }

  private ViewsPlan plan() {
    return ViewsPlan.of(cut, Optional.empty(), BackupRequest.Reuse.PARENT);
  }

  private String locationAtTheCut(String view) {
    return cut.views().stream()
        .filter(pinned -> pinned.name().table().equals(view))
        .findFirst()
        .orElseThrow()
        .metadataLocation();
  }

  private void removeFile(String view) throws IOException {
    Files.deleteIfExists(Path.of(locationAtTheCut(view).replaceFirst("^file:", "")));
  }

  private void create(String view) {
    views
        .buildView(TableIdentifier.of("db", view))
        .withSchema(new Schema(Types.NestedField.optional(1, "id", Types.LongType.get())))
        .withDefaultNamespace(Namespace.of("db"))
        .withQuery("spark", "SELECT 1 AS id")
        .create();
  }
}
