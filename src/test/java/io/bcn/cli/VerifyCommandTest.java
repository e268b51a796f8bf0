package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.cli.Console.Run;
import io.bcn.format.PitId;
import io.bcn.verify.Finding;
import io.bcn.verify.Level;
import io.bcn.verify.Problem;
import io.bcn.verify.VerifySummary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What verify refuses before Spark starts, and what it prints. */
class VerifyCommandTest {
  private static final PitId FIRST = PitId.parse("20260101T100000.123Z");
  private static final PitId SECOND = PitId.parse("20260102T100000.000Z");

  @Test
  void aLevelThatIsNotThereIsRefused() {
    Run other = new Console().run("verify", "--repo", "/r", "--level", "deep");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("Cannot read option '--level': 'deep' is no level");
  }

  @Test
  void aSubsetGoesWithChecksumsOnly() {
    Run run = new Console().run("verify", "--repo", "/r", "--subset", "1/7");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("--level exists reads no objects", "Add --level checksum or restore");

    Run none =
        new Console().run("verify", "--repo", "/r", "--level", "checksum", "--subset", "9/7");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("Cannot read subset '9/7': the parts are 1/7 to 7/7");
  }

  @Test
  void anIntactRepositoryIsTwoNumbers() {
    assertThat(VerifyText.of(summary("3/7", 0, Map.of(), List.of())))
        .isEqualTo(
            """
            Repository  /backups/prod
            Level       checksum of 3/7
            PITs        2, from 20260101T100000.123Z to 20260102T100000.000Z
            Objects     1,500, 3.0 GiB
            Damaged     nothing
            """);
  }

  @Test
  void damageIsNamedWithWhatItHitsAndTheRestIsCounted() {
    Finding finding =
        new Finding(
            "catalogs/prod/x.parquet",
            "DATA",
            "s3://lake/x.parquet",
            "00ff",
            Problem.MISSING,
            "'/backups/prod/catalogs/prod/x.parquet' is missing",
            List.of("a.a", "a.b", "a.c", "a.d", "a.e", "a.f"),
            List.of(FIRST, SECOND),
            Optional.of(FIRST),
            "Put it back.");

    assertThat(
            VerifyText.of(
                summary(
                    "100%",
                    102, Map.of(Problem.MISSING, 100L, Problem.UNREADABLE, 2L), List.of(finding))))
        .endsWith(
            """
            Damaged     102 objects: 100 missing, 2 unreadable

            MISSING catalogs/prod/x.parquet
              what      DATA, of 's3://lake/x.parquet'
              why       '/backups/prod/catalogs/prod/x.parquet' is missing
              tables    a.a, a.b, a.c, a.d, a.e and 1 more
              PITs      2, from 20260101T100000.123Z to 20260102T100000.000Z
              hint      Put it back.

            Only the first 1 of 102 are named.
            """);
  }

  private static VerifySummary summary(
      String subset, long findings, Map<Problem, Long> byProblem, List<Finding> damaged) {
    return new VerifySummary(
        "1",
        "/backups/prod",
        Level.CHECKSUM,
        subset,
        List.of(FIRST, SECOND),
        1500,
        3_221_225_472L,
        findings,
        new TreeMap<>(byProblem),
        damaged,
        new VerifySummary.Opened(0, 0, 0, 0, 0),
        List.of());
  }
}
