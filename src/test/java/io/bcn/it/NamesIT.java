package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.backup.BackupSummary;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreSummary;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Names that tables swap, take over and share, and every PIT restored with the names of its day.
 */
class NamesIT {
  @TempDir Path temp;
  private Lake source;
  private RepositoryFiles repository;
  private Bcn bcn;

  @BeforeEach
  void makeTwoTables() {
    source = Lake.jdbc(temp.resolve("source"));
    repository = new RepositoryFiles(temp.resolve("repo"));
    bcn = repository.bcn();
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE NAMESPACE @.other",
        "CREATE TABLE @.db.a (id BIGINT) USING iceberg",
        "INSERT INTO @.db.a VALUES (1)",
        "CREATE TABLE @.db.b (text STRING) USING iceberg",
        "INSERT INTO @.db.b VALUES ('b')");
  }

  @Test
  void twoTablesSwapTheirNamesAndOneMovesToAnotherDatabase() {
    BackupSummary first = bcn.backup(Scope.ofCatalog(source.catalog()));
    Map<String, Contents> atFirst = Contents.ofAll(source);
    SortedSet<String> objects = repository.objects();
    source.sql(
        "ALTER TABLE @.db.a RENAME TO db.tmp",
        "ALTER TABLE @.db.b RENAME TO db.a",
        "ALTER TABLE @.db.tmp RENAME TO db.b");
    BackupSummary second = bcn.backup();
    Map<String, Contents> atSecond = Contents.ofAll(source);
    source.sql("ALTER TABLE @.db.a RENAME TO other.a");

    BackupSummary third = bcn.backup();

    Map<String, Contents> atThird = Contents.ofAll(source);
    assertThat(second.tables().renamed())
        .extracting(rename -> rename.from() + " > " + rename.to())
        .containsExactly("db.b > db.a", "db.a > db.b");
    assertThat(third.tables().renamed())
        .extracting(rename -> rename.from() + " > " + rename.to())
        .containsExactly("db.a > other.a");
    assertThat(repository.objects()).as("no byte is copied again").isEqualTo(objects);
    assertThat(repository.manifest(third).deletedObjects()).isEmpty();
    source.vanish();
    assertRestored(first, atFirst);
    assertRestored(second, atSecond);
    assertRestored(third, atThird);
  }

  @Test
  void aTableThatIsRegisteredTwiceIsTwoTables() {
    bcn.backup(Scope.ofCatalog(source.catalog()));
    source.sql(
        "CALL @.system.register_table(table => 'other.twin', metadata_file => '%s')"
            .formatted(source.pointer("db.a")));
    assertThat(source.uuid("other.twin")).isEqualTo(source.uuid("db.a"));

    BackupSummary second = bcn.backup();

    assertThat(second.tables().renamed()).isEmpty();
    assertThat(second.tables().deleted()).isEmpty();
    assertThat(second.tables().total()).isEqualTo(3);
    assertThat(second.tables().unchanged()).isEqualTo(2);
    Map<String, Contents> contents = Contents.ofAll(source);
    source.vanish();
    assertRestored(second, contents);
  }

  @Test
  void ofTwoDeletedTablesOfOneNameTheLaterOneIsRestoredAndTheOtherIsNamed() {
    BackupSummary first = bcn.backup(Scope.ofCatalog(source.catalog()));
    Contents a = Contents.of(source, "db.a");
    source.sql("DROP TABLE @.db.a", "CREATE TABLE @.db.a (other STRING) USING iceberg");
    bcn.backup();
    Map<String, Contents> before = Contents.ofAll(source);
    source.sql("DROP TABLE @.db.a");
    bcn.backup();
    source.vanish();
    Lake target = Lake.jdbc(temp.resolve("target"));

    RestoreSummary restored =
        bcn.restore("latest", Selected.everythingAndDeleted(), Bcn.to(target));

    Contents.assertEqual(Contents.ofAll(target), before);
    assertThat(restored.notices())
        .singleElement()
        .satisfies(
            notice ->
                assertThat(notice)
                    .contains(
                        "as its name is taken: PIT %s has it"
                            .formatted(first.pit().orElseThrow())));
    // As the notice says.
    bcn.restore(
        first.pit().orElseThrow().toString(),
        Selected.tables("db.a"),
        Bcn.to(target, TableName.parse("db.a_before")));
    assertThat(Contents.of(target, "db.a_before")).isEqualTo(a);
  }

  private void assertRestored(BackupSummary pit, Map<String, Contents> expected) {
    Lake target = Lake.jdbc(temp.resolve("restored-" + pit.pit().orElseThrow()));
    bcn.restoreAll(pit.pit().orElseThrow().toString(), target);
    Contents.assertEqual(Contents.ofAll(target), expected);
    PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
  }
}
