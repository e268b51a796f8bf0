package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.view.View;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hive's and Glue's clients remove a metadata file when its registration fails, and a registration
 * that was done and whose answer was lost looks like one that failed: no table may be left that
 * points at nothing (promise 3).
 */
@ExtendWith(LessMachinery.class)
class LostMetadataIT {
  private static final TableName TABLE = TableName.parse("db.t");
  private static final TableName VIEW = TableName.parse("db.v");

  @TempDir Path temp;
  private Bcn bcn;
  private Contents before;

  /** Registers, and then does what those clients do when they find what they have made. */
  public static final class Forgetful extends JdbcCatalog {
    @Override
    public Table registerTable(TableIdentifier name, String metadata) {
      super.registerTable(name, metadata);
      throw removed(name, metadata);
    }

    @Override
    public View registerView(TableIdentifier name, String metadata) {
      if (metadata.isEmpty()) {
        return super.registerView(name, metadata);
      }
      super.registerView(name, metadata);
      throw removed(name, metadata);
    }

    private static AlreadyExistsException removed(TableIdentifier name, String metadata) {
      new HadoopFileIO(new Configuration()).deleteFile(metadata);
      return new AlreadyExistsException("Already exists: %s", name);
    }
  }

  @BeforeEach
  void aBackupOfATableAndAView() {
    Lake source =
        Lake.jdbc(temp.resolve("source"))
            .sql(
                "CREATE NAMESPACE @.db",
                "CREATE TABLE @.db.t (id BIGINT) USING iceberg",
                "INSERT INTO @.db.t VALUES (1), (2)",
                "CREATE VIEW @.db.v AS SELECT 7 AS seven");
    bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(source.catalog()));
    before = Contents.of(source, "db.t");
    source.vanish();
  }

  @Test
  void whatIsRegisteredIsWholeThoughTheClientTookItsMetadataFileAway() {
    Lake target = Lake.jdbc(temp.resolve("target"), Forgetful.class);

    RestoreSummary restored = bcn.restoreAll("latest", target);

    assertThat(restored.failures()).isEmpty();
    assertThat(restored.tables()).hasSize(1);
    assertThat(restored.views()).hasSize(1);
    assertWhole(target);
    assertThat(bcn.restoreAll("latest", target).skipped()).containsExactly(TABLE, VIEW);
  }

  @Test
  void whereARunDiedBeforeItPutTheFileBackTheNextOneDoes() throws IOException {
    Lake target = Lake.jdbc(temp.resolve("target"));
    RestoreSummary first = bcn.restoreAll("latest", target);
    String table = first.tables().get(0).metadataLocation();
    String view = first.views().get(0).metadataLocation();
    Files.delete(Path.of(table));
    Files.delete(Path.of(view));

    RestoreSummary second = bcn.restoreAll("latest", target);

    assertWhole(target);
    assertThat(second.failures()).isEmpty();
    assertThat(second.tables().get(0).metadataLocation()).isEqualTo(table);
    assertThat(second.views().get(0).metadataLocation()).isEqualTo(view);
    assertThat(second.notices())
        .containsExactly(
            "'db.t' lacks the metadata file that an earlier run of this restore gave it: it is put back",
            "'db.v' lacks the metadata file that an earlier run of this restore gave it: it is put back");
    assertThat(bcn.restoreAll("latest", target).skipped()).containsExactly(TABLE, VIEW);
  }

  @Test
  void aTableThatLacksAFileOfSomebodyElseStaysAsItIs() throws IOException {
    Lake target = Lake.jdbc(temp.resolve("target"));
    bcn.restoreAll("latest", target);
    target.sql("INSERT INTO @.db.t VALUES (3)");
    Path theirs = Path.of(target.pointer("db.t"));
    Files.delete(theirs);

    assertThatThrownBy(() -> bcn.restoreAll("latest", target))
        .isInstanceOf(BcnException.class)
        .hasMessageStartingWith("Cannot read the existing table 'db.t': ");
    assertThat(theirs).doesNotExist();
  }

  private void assertWhole(Lake target) {
    assertThat(Contents.of(target, "db.t")).isEqualTo(before);
    assertThat(target.query("SELECT * FROM @.db.v").count()).isEqualTo(1);
  }
}
