package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.format.Scope;
import io.bcn.it.Features.Bench;
import io.bcn.it.TableWriter.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.RewriteTablePathUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.actions.SparkActions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Iceberg's own relocation does with tables that {@link FaithfulIT} shows to be moved by BCN:
 * the reasons in decisions.md, run. A failure here after an update of Iceberg is news, not a
 * defect.
 */
class RewriteTablePathIT {
  private static final String ELSEWHERE = "/elsewhere/t";

  @TempDir Path temp;
  private Lake lake;

  @BeforeEach
  void makeLake() {
    lake = Lake.jdbc(temp.resolve("source"));
    lake.sql("CREATE NAMESPACE @.db");
  }

  @Test
  void aManifestListThatCantBeReadBecomesAnEmptyOneThoughTheActionFailsBeforeThat()
      throws IOException {
    Table table = bench("db.t").create(Shape.version(2)).append(1, 3).append(4, 6).iceberg();
    Snapshot snapshot = table.currentSnapshot();
    Path list = FilesOfTable.path(snapshot.manifestListLocation());
    Files.writeString(list, "not an Avro file");
    Files.delete(list.resolveSibling("." + list.getFileName() + ".crc"));
    Path written = temp.resolve("rewritten.avro");

    RewriteTablePathUtil.rewriteManifestList(
        snapshot,
        table.io(),
        ((BaseTable) table).operations().current(),
        Map.of(),
        table.location(),
        ELSEWHERE,
        temp.resolve("staging").toString(),
        written.toString());

    try (DataFileReader<GenericRecord> entries =
        new DataFileReader<>(written.toFile(), new GenericDatumReader<>())) {
      assertThat(entries.hasNext()).as("a list of two manifests became an empty one").isFalse();
    }
    assertThatThrownBy(() -> relocate(table))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Unable to build the manifest files dataframe");
    assertThat(Bcn.at(temp.resolve("repo")).backup(Scope.ofCatalog(lake.catalog())).failures())
        .as("a backup says so")
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.code()).isEqualTo("DAMAGED");
              assertThat(failure.message()).contains(list.toString());
            });
  }

  @Test
  void embeddedManifestsOfVersion1Fail() {
    Bench bench = bench("db.t").create(Shape.version(1)).append(1, 9);
    Features.embedManifests(bench);

    assertThatThrownBy(() -> relocate(bench.iceberg()))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("\"path\" is null");
  }

  @Test
  void aVersion3TableWithAnOlderSnapshotFails() {
    Bench bench = bench("db.t").create(Shape.version(2)).append(1, 9);
    bench.upgrade(3);
    bench.append(10, 12);

    assertThatThrownBy(() -> relocate(bench.iceberg()))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("\"firstRowId\" is null");
  }

  private void relocate(Table table) {
    SparkActions.get(SharedSpark.session())
        .rewriteTablePath(table)
        .rewriteLocationPrefix(table.location(), ELSEWHERE)
        .stagingLocation(temp.resolve("staging") + "/")
        .execute();
  }

  private Bench bench(String table) {
    return new Bench(lake, new JavaTables(lake.iceberg()), table, temp.resolve("outside"));
  }
}
