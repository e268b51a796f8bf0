package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C: told to end by a signal, a backup ends at once, says one line, and harms nothing. */
class InterruptIT {
  private static final int BY_SIGTERM = 143;

  @TempDir Path temp;

  @Test
  void aBackupThatIsInterruptedSaysNoMoreThanThatAndTheNextOneGoesOn() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.t (id BIGINT, p INT) USING iceberg PARTITIONED BY (p)",
        "INSERT INTO @.db.t SELECT id, cast(id % 400 AS INT) FROM range(400)");
    Path repository = temp.resolve("repo");
    Path catalog = repository.resolve("catalogs").resolve(source.catalog());
    Trail trail = Trail.ofNextBackup(catalog);
    String[] backup = {"backup", "--repo", repository.toString(), "--catalog", source.catalog()};

    try (ChildJvm process = BcnProcess.local(source, backup)) {
      Moment.of(Trail.Mark.OBJECT).await(process, trail);
      process.interrupt();
      ChildJvm.Ended ended = process.ended();

      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(BY_SIGTERM);
      assertThat(ended.out()).isEmpty();
      assertThat(ended.err()).doesNotContain("Error", "ERROR", "defect", "Exception");
      BcnProcess.assertNoStackTrace(ended.err());
    }
    Bcn bcn = Bcn.at(repository);
    assertThat(WholePits.of(bcn.storage())).as("it had not committed").isEmpty();
    assertThat(bcn.backup().complete()).isTrue();
    assertThat(WholePits.of(bcn.storage())).hasSize(1);
  }
}
