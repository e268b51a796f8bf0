package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.backup.BackupSummary;
import io.bcn.format.Scope;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scale is a shape: one plan and a handful of Spark jobs, however many tables there are. */
class ScaleIT {
  @TempDir Path temp;

  @Test
  void theNumberOfSparkJobsDoesNotGrowWithTheNumberOfTables() throws Exception {
    int few = jobsOfAFirstBackup(3);
    int many = jobsOfAFirstBackup(60);

    assertThat(many).as("jobs for 60 tables, against %d for 3", few).isLessThanOrEqualTo(few + 3);
  }

  private int jobsOfAFirstBackup(int tables) throws Exception {
    Path folder = temp.resolve("of-" + tables);
    Lake source = Lake.hadoop(folder);
    SyntheticTable.main(
        source.warehouse().toString(), Integer.toString(tables), "3", "3", "2000", "written");
    try (SparkJobs jobs = new SparkJobs()) {
      BackupSummary summary =
          Bcn.at(folder.resolve("repo")).backup(Scope.ofCatalog(source.catalog()));
      assertThat(summary.tables().active()).isEqualTo(tables);
      assertThat(summary.newFiles()).isEqualTo(7L * tables);
      return jobs.count();
    }
  }
}
