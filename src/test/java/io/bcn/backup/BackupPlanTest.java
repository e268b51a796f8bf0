package io.bcn.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.DeletedObject;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.PitManifest.CutMode;
import io.bcn.format.PitManifest.CutWindow;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableStatus;
import io.bcn.format.TableTotals;
import io.bcn.repository.CommittedPit;
import io.bcn.table.Cut;
import io.bcn.table.FileIos;
import io.bcn.table.PinnedTable;
import io.bcn.table.UnreadableTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is the same table, what is another, and what is gone: told by UUIDs and names alone. */
class BackupPlanTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final CutWindow WINDOW = new CutWindow(CutMode.CONSISTENT, START, START);
  private static final FileIos NO_FILES_ARE_READ = null;

  private Optional<CommittedPit> parent = Optional.empty();
  private int pits;

  @Test
  void twoTablesThatSwappedNamesWereBothRenamed() {
    backUp(table("db.a", "U1"), table("db.b", "U2"));

    PitManifest after = backUp(table("db.a", "U2"), table("db.b", "U1"));

    assertThat(renames(after)).containsExactly("db.b > db.a", "db.a > db.b");
    assertThat(after.deletedObjects()).isEmpty();
    assertThat(after.unchangedObjects().tables()).hasSize(2);
  }

  @Test
  void aTableThatMovedToAnotherDatabaseWasRenamed() {
    backUp(table("db.a", "U1"));

    PitManifest after = backUp(table("other.a", "U1"));

    assertThat(renames(after)).containsExactly("db.a > other.a");
    assertThat(after.deletedInSource().tables()).isEmpty();
    assertThat(deleted(after)).containsExactly("db");
  }

  @Test
  void aUuidThatTwoNamesHaveIsNoRename() {
    backUp(table("db.b", "U1"));

    PitManifest after = backUp(table("db.a", "U1"), table("db.b", "U1"));

    assertThat(renames(after)).isEmpty();
    assertThat(status(after, "db.a")).isEqualTo(TableStatus.ACTIVE);
    assertThat(status(after, "db.b")).isEqualTo(TableStatus.UNCHANGED);
    assertThat(after.deletedObjects()).isEmpty();
  }

  @Test
  void ofTwoNewNamesWithTheUuidOfOneThatWentNeitherIsARename() {
    backUp(table("db.a", "U1"));

    PitManifest after = backUp(table("db.b", "U1"), table("db.c", "U1"));

    assertThat(renames(after)).isEmpty();
    assertThat(deleted(after)).containsExactly("db.a");
    assertThat(deleted(backUp(table("db.b", "U1"), table("db.c", "U1"))))
        .as("a PIT later")
        .containsExactly("db.a");
  }

  @Test
  void oneOfTwoNamesOfAUuidThatWasDroppedStaysDeleted() {
    backUp(table("db.a", "U1"), table("db.b", "U1"));

    assertThat(deleted(backUp(table("db.b", "U1")))).containsExactly("db.a");
    assertThat(deleted(backUp(table("db.b", "U1")))).containsExactly("db.a");
    assertThat(deleted(backUp(table("db.b", "U1"), table("db.c", "U1"))))
        .as("a third name of that UUID")
        .containsExactly("db.a");
  }

  @Test
  void ofTwoNamesOfAUuidThatWentTheOneWithTheVeryStateWasRenamed() {
    backUp(at("v1", table("db.a", "U1")), at("v2", table("db.b", "U1")));

    PitManifest after = backUp(at("v2", table("db.c", "U1")));

    assertThat(renames(after)).containsExactly("db.b > db.c");
    assertThat(deleted(after)).containsExactly("db.a");
  }

  @Test
  void aTableThatComesBackWithItsUuidIsDeletedNoMore() {
    backUp(table("db.a", "U1"), table("db.b", "U2"));
    assertThat(deleted(backUp())).containsExactly("db", "db.a", "db.b");

    assertThat(deleted(backUp(table("db.a", "U1"), table("db.c", "U2")))).isEmpty();
  }

  @Test
  void aTableThatComesBackWithAnotherUuidIsAnother() {
    backUp(table("db.a", "U1"));
    PitManifest replaced = backUp(table("db.a", "U2"));

    assertThat(replaced.deletedInSource().tables()).containsExactly(TableName.parse("db.a"));
    assertThat(status(replaced, "db.a")).isEqualTo(TableStatus.ACTIVE);
    backUp(table("db.a", "U3"));
    PitManifest last = backUp(table("db.a", "U3"));

    assertThat(last.deletedObjects())
        .extracting(object -> object.sourceObjectId().orElseThrow())
        .containsExactly("U1", "U2");
    assertThat(last.deletedObjects())
        .extracting(object -> new PitId(object.lastPitIncluded()))
        .containsExactly(pit(1), pit(2));
    assertThat(last.deletedInSource().tables()).isEmpty();
  }

  @Test
  void withoutUuidsTheNameDecides() {
    backUp(table("db.a", ""), table("db.b", ""));

    PitManifest after = backUp(table("db.a", ""), table("db.c", ""));

    assertThat(status(after, "db.a")).isEqualTo(TableStatus.UNCHANGED);
    assertThat(status(after, "db.c")).isEqualTo(TableStatus.ACTIVE);
    assertThat(renames(after)).isEmpty();
    assertThat(deleted(after)).containsExactly("db.b");
    assertThat(deleted(backUp(table("db.a", ""), table("db.c", "")))).containsExactly("db.b");
  }

  @Test
  void aTableThatFailedAndThenWentIsInThePitThatStoredIt() {
    backUp(table("db.a", "U1"), table("db.b", "U2"));
    PitManifest partial = backUp(List.of(table("db.a", "U1")), List.of("db.b"));
    assertThat(status(partial, "db.b")).isEqualTo(TableStatus.FAILED);
    assertThat(partial.deletedObjects()).isEmpty();

    PitManifest after = backUp(table("db.a", "U1"));

    assertThat(after.deletedObjects())
        .singleElement()
        .satisfies(
            object -> {
              assertThat(object.name()).contains("b");
              assertThat(new PitId(object.lastPitIncluded())).isEqualTo(pit(1));
            });
  }

  @Test
  void aTableThatWasRenamedWhileItCouldNotBeReadIsDeletedNoMoreWhenItCan() {
    backUp(table("db.a", "U1"));
    assertThat(deleted(backUp(List.of(), List.of("db.new")))).containsExactly("db.a");

    PitManifest after = backUp(table("db.new", "U1"));

    assertThat(after.deletedObjects()).isEmpty();
    assertThat(status(after, "db.new")).isEqualTo(TableStatus.ACTIVE);
  }

  private PitManifest backUp(PinnedTable... tables) {
    return backUp(List.of(tables), List.of());
  }

  /** The plan as a PIT: what is not unchanged is stored. */
  private PitManifest backUp(List<PinnedTable> tables, List<String> unreadable) {
    pits++;
    List<UnreadableTable> broken =
        unreadable.stream()
            .map(name -> new UnreadableTable(TableName.parse(name), ErrorCode.DAMAGED, "broken"))
            .toList();
    List<DatabaseEntry> databases =
        Stream.concat(
                tables.stream().map(PinnedTable::name), broken.stream().map(UnreadableTable::name))
            .map(TableName::database)
            .distinct()
            .map(name -> new DatabaseEntry(name, java.util.Map.of()))
            .toList();
    Cut cut =
        new Cut(
            WINDOW, databases, tables, broken, List.of(), List.of(), List.of(), NO_FILES_ARE_READ);
    BackupPlan plan = BackupPlan.of(cut, parent, BackupRequest.Reuse.PARENT);
    List<TableEntry> entries = new ArrayList<>();
    plan.tables().forEach(table -> entries.add(stored(table)));
    entries.addAll(
        new Stored(
                List.of(),
                java.util.Map.of(),
                java.util.Map.of(),
                Optional.empty(),
                java.util.Map.of(),
                List.of())
            .entries(plan, pit(pits)));
    PitManifest manifest =
        PitManifest.of(
            pit(pits),
            parent.map(CommittedPit::asParent),
            "run",
            "test",
            WINDOW,
            plan.deleted(),
            databases,
            entries,
            plan.deletedObjects(pit(pits).timestamp()),
            List.of());
    parent = Optional.of(new CommittedPit(manifest, "0".repeat(64)));
    return manifest;
  }

  private TableEntry stored(TablePlan table) {
    if (table.isUnchanged()) {
      return table.before().orElseThrow().carriedOver(table.name());
    }
    return new TableEntry(
        table.name().database(),
        table.name().table(),
        table.pinned().uuid(),
        TableStatus.ACTIVE,
        table.renamedFrom(),
        Optional.of(pit(pits)),
        Optional.of(new ObjectRef(new ObjectKey("state/of/" + table.name()), "0")),
        table.pinned().metadataLocation(),
        table.pinned().lastUpdatedMillis(),
        2,
        0,
        TableTotals.NOTHING,
        Optional.empty());
  }

  private static PinnedTable table(String name, String uuid) {
    return new PinnedTable(TableName.parse(name), uuid, "v1-of-" + uuid, 1, 2, 0);
  }

  private static PinnedTable at(String version, PinnedTable table) {
    return new PinnedTable(table.name(), table.tableUuid(), version, 1, 2, 0);
  }

  private static PitId pit(int number) {
    return new PitId(START.plusSeconds(number));
  }

  private static TableStatus status(PitManifest pit, String table) {
    return pit.table(TableName.parse(table)).orElseThrow().status();
  }

  private static List<String> renames(PitManifest pit) {
    return pit.tables().stream()
        .flatMap(
            table -> table.renamedFrom().map(from -> from + " > " + table.tableName()).stream())
        .toList();
  }

  /** Of {@code deleted_objects}: tables as {@code database.table}, databases by their name. */
  private static List<String> deleted(PitManifest pit) {
    return pit.deletedObjects().stream().map(BackupPlanTest::name).toList();
  }

  private static String name(DeletedObject object) {
    DatabaseName database = object.database();
    return object.name().map(table -> database + "." + table).orElse(database.toString());
  }
}
