package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.errors.ErrorCode;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreSummary;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestoreExitCodeTest {
  private static final TableName ORDERS = TableName.parse("sales.orders");
  private static final RestoreSummary.Restored DONE =
      new RestoreSummary.Restored(ORDERS, ORDERS, "/lake", "all", "/lake/m", 1, 1, 1, 0, 0);
  private static final RestoreSummary.Failure CHANGED =
      new RestoreSummary.Failure(ORDERS, ErrorCode.TARGET_CHANGED, "Cannot replace", "Look.");

  @Test
  void aRestoreIsPartialWhereSomethingWasDoneAndSomethingNot() {
    assertThat(exitCode(List.of(DONE), List.of(), List.of())).isZero();
    assertThat(exitCode(List.of(), List.of(), List.of())).isZero();
    assertThat(exitCode(List.of(DONE), List.of(ORDERS), List.of())).isEqualTo(3);
    assertThat(exitCode(List.of(DONE), List.of(), List.of(CHANGED))).isEqualTo(3);
  }

  @Test
  void whereNothingWasDoneTheFirstFailureIsTheReason() {
    assertThat(exitCode(List.of(), List.of(), List.of(CHANGED))).isEqualTo(34);
  }

  private static int exitCode(
      List<RestoreSummary.Restored> done,
      List<TableName> notInPit,
      List<RestoreSummary.Failure> failures) {
    return RestoreCommand.exitCode(
        new RestoreSummary(
            "1",
            "/backups/prod",
            SampleRepository.SECOND,
            "prod",
            false,
            false,
            done,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            notInPit,
            failures,
            List.of(),
            0,
            0,
            0,
            0));
  }
}
