package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.backup.BackupSummary;
import io.bcn.backup.ViewCounts;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest.CutMode;
import io.bcn.format.PitManifest.CutWindow;
import io.bcn.format.PitManifest.SkippedObject;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreSummary;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What backup and restore print, where little is simple. */
class ResultTextTest {
  private static final TableName ORDERS = TableName.parse("sales.orders");
  private static final TableName CUSTOMERS = TableName.parse("sales.customers");

  @BeforeAll
  static void useTheLocaleOfTheProgram() {
    java.util.Locale.setDefault(java.util.Locale.ROOT);
  }

  @Test
  void aPartialBackupSaysWhatFailed() {
    Instant from = Instant.parse("2026-01-02T10:00:00Z");
    BackupSummary summary =
        new BackupSummary(
            "1",
            "/backups/prod",
            Scope.ofCatalog("prod"),
            "day >= DATE'2026-01-01'",
            Optional.of(SampleRepository.SECOND),
            Optional.of(SampleRepository.FIRST),
            "nightly",
            false,
            false,
            Optional.of(new CutWindow(CutMode.BEST_EFFORT, from, from.plusSeconds(90))),
            new BackupSummary.Tables(
                4,
                1,
                2,
                1,
                List.of(TableName.parse("hr.tmp")),
                List.of(DatabaseName.parse("old")),
                List.of(
                    new BackupSummary.Rename(
                        TableName.parse("hr.people"), TableName.parse("hr.staff")))),
            new ViewCounts(3, 1, 2, 0, List.of(TableName.parse("hr.old")), List.of()),
            List.of(new SkippedObject(TableName.parse("hr.hive"), "it is not an Iceberg table")),
            1500,
            3_221_225_472L,
            20,
            2048,
            100,
            1024,
            90,
            1000,
            List.of(
                new BackupSummary.Failure(
                    ORDERS, "SOURCE_MISSING", "Cannot read 'a.parquet': it is gone")),
            List.of(),
            List.of("None of the 9 tables is left"));

    assertThat(BackupText.of(summary))
        .isEqualTo(
            """
            PIT         20260102T100000.000Z
            Parent      20260101T100000.123Z
            Repository  /backups/prod
            Scope       CATALOG prod
            Coverage    PARTIAL: only the rows where day >= DATE'2026-01-01'
            Run         nightly
            Cut         best effort: the tables' states lie between 2026-01-02 10:00:00 and 2026-01-02 10:01:30 UTC
            Tables      4: 1 new or changed, 2 unchanged, 1 failed
            Views       3: 1 new or changed, 2 unchanged, 0 failed
            Renamed     hr.people → hr.staff
            Deleted     table hr.tmp
            Deleted     view hr.old
            Deleted     database old
            Skipped     hr.hive: it is not an Iceberg table
            New         1,500 files, 3.0 GiB
            Store copy  90 files, 1000 B of these, which do not pass through here
            Reused      20 files, 2.0 KiB
            Copied      100 files, 1.0 KiB by this run; an earlier run had copied the others

            This is not a complete PIT: 'latest' passes it over. 1 objects failed:
              sales.orders  SOURCE_MISSING: Cannot read 'a.parquet': it is gone

            Warnings:
              None of the 9 tables is left
            """);
  }

  @Test
  void aPlanSaysTheRouteOfEachTable() {
    BackupSummary plan =
        new BackupSummary(
            "1",
            "s3://backups/prod",
            Scope.ofCatalog("prod"),
            "all",
            Optional.empty(),
            Optional.empty(),
            "nightly",
            true,
            true,
            Optional.empty(),
            new BackupSummary.Tables(2, 2, 0, 0, List.of(), List.of(), List.of()),
            new ViewCounts(0, 0, 0, 0, List.of(), List.of()),
            List.of(),
            20,
            3_221_225_472L,
            0,
            0,
            0,
            0,
            7,
            2048,
            List.of(),
            List.of(
                new BackupSummary.TablePlanned(ORDERS, "CHANGED", 12, 4096, 7, 2048),
                new BackupSummary.TablePlanned(CUSTOMERS, "NEW", 8, 1024, 0, 0)),
            List.of());

    assertThat(BackupText.of(plan))
        .endsWith(
            """
            To store    20 files, 3.0 GiB
            Store copy  7 files, 2.0 KiB of these, which do not pass through here

            TABLE            CHANGE   FILES    BYTES  ROUTE
            sales.orders     CHANGED     12  4.0 KiB  store copy of 7 files, 2.0 KiB
            sales.customers  NEW          8  1.0 KiB  streamed
            """);
  }

  @Test
  void aPlanOfARestoreSaysTheRouteOfEachTable() {
    RestoreSummary plan =
        new RestoreSummary(
            "1",
            "s3://backups/prod",
            SampleRepository.SECOND,
            "prod",
            true,
            false,
            List.of(
                new RestoreSummary.Restored(
                    ORDERS, ORDERS, "s3://lake/orders", "all", "", 4, 12, 4096, 7, 2048)),
            List.of(),
            List.of(
                new RestoreSummary.Appended(
                    CUSTOMERS, CUSTOMERS, Optional.empty(), 8, 1024, 0, 0, List.of())),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            12,
            4096,
            7,
            2048);

    assertThat(RestoreText.of(plan))
        .contains(
            """
            To restore  1 tables, 12 files, 4.0 KiB
            Store copy  7 files, 2.0 KiB of these, which do not pass through here
            """)
        .endsWith(
            """

            TARGET           ROUTE
            sales.orders     store copy of 7 files, 2.0 KiB
            sales.customers  streamed
            """);
  }

  @Test
  void aPartialRestoreSaysWhatIsMissing() {
    RestoreSummary summary =
        new RestoreSummary(
            "1",
            "/backups/prod",
            SampleRepository.SECOND,
            "staging",
            false,
            false,
            List.of(
                new RestoreSummary.Restored(
                    ORDERS,
                    TableName.parse("test.copy"),
                    "/lake/copy",
                    "all",
                    "/lake/m",
                    4,
                    1500,
                    2048,
                    1200,
                    1024)),
            List.of(
                new RestoreSummary.Replaced(
                    CUSTOMERS,
                    CUSTOMERS,
                    "/lake/customers",
                    "all",
                    "/lake/customers/metadata/00007-x.metadata.json",
                    "/lake/customers/metadata/00008-y.metadata.json",
                    List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L),
                    "DROP TABLE prod.sales.customers; CALL …",
                    2,
                    10,
                    1024,
                    0,
                    0)),
            List.of(),
            List.of(
                new RestoreSummary.RestoredView(
                    TableName.parse("sales.open"),
                    TableName.parse("test.open"),
                    "/lake/open",
                    "/lake/v",
                    Optional.of("/lake/old-v"),
                    3)),
            List.of(),
            List.of(CUSTOMERS),
            List.of(TableName.parse("hr.people")),
            List.of(
                new RestoreSummary.Failure(
                    ORDERS, ErrorCode.TARGET_CHANGED, "Cannot replace table 'x': why", "Look.")),
            List.of("property 'x' names the old location"),
            1500,
            2048,
            1200,
            1024);

    assertThat(RestoreText.of(summary))
        .isEqualTo(
            """
            PIT         20260102T100000.000Z
            Repository  /backups/prod
            Catalog     staging
            Restored    1 tables, 1 views, 1,500 files, 2.0 KiB
            Store copy  1,200 files, 1.0 KiB of these, which do not pass through here
            Replaced    1 tables that exist

            TABLE         TARGET     SNAPSHOTS  FILES    BYTES  LOCATION
            sales.orders  test.copy          4  1,500  2.0 KiB  /lake/copy

            TABLE            REPLACES         SNAPSHOTS  FILES    BYTES  LOST SNAPSHOTS
            sales.customers  sales.customers          2     10  1.0 KiB               7

            Table sales.customers before this restore
              pointer  /lake/customers/metadata/00007-x.metadata.json
              lost     snapshots that the PIT does not have: 2 older, 3, 4, 5, 6, 7
              undo     DROP TABLE prod.sales.customers; CALL …

            VIEW        TARGET     VERSIONS  LOCATION
            sales.open  test.open         3  /lake/open

            View test.open before this restore
              pointer  /lake/old-v

            Skipped, for the target has them already:
              sales.customers

            Not restored, for their backup had failed and the PIT does not hold them:
              hr.people

            Not done, and as they were:
              sales.orders  TARGET_CHANGED: Cannot replace table 'x': why

            Notices:
              property 'x' names the old location
            """);
  }
}
