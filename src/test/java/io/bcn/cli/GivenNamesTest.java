package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.format.DatabaseName;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreRequest.Deleted;
import io.bcn.restore.RestoreRequest.Selection;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the names on a command line become a backup's scope and a restore's selection. */
class GivenNamesTest {
  private static final DatabaseName SALES = DatabaseName.parse("sales");
  private static final TableName ORDERS = TableName.parse("sales.orders");

  @TempDir Path temp;

  private static Arguments arguments(Object... flagsAndValues) {
    Map<Flag, List<String>> values = new LinkedHashMap<>();
    for (int i = 0; i < flagsAndValues.length; i += 2) {
      values.put(
          (Flag) flagsAndValues[i], List.of(((String) flagsAndValues[i + 1]).split(",", -1)));
    }
    return new Arguments(values, List.of());
  }

  private Optional<Scope> scope(Object... flagsAndValues) {
    return GivenScope.of(arguments(flagsAndValues)).in(SampleRepository.empty(temp).storage());
  }

  private Selection selection(Object... flagsAndValues) {
    return RestoreSelection.of(arguments(flagsAndValues))
        .in(SampleRepository.empty(temp).repository());
  }

  @Test
  void theParametersSayTheGranularity() {
    assertThat(scope()).isEmpty();
    assertThat(scope(BackupCommand.CATALOG, "c")).contains(Scope.ofCatalog("c"));
    assertThat(scope(BackupCommand.CATALOG, "c", BackupCommand.DATABASE, "sales"))
        .contains(Scope.ofDatabase("c", SALES));
    assertThat(
            scope(
                BackupCommand.CATALOG, "c",
                BackupCommand.DATABASE, "sales",
                BackupCommand.TABLE, "orders"))
        .contains(Scope.ofTable("c", ORDERS));
    assertThat(scope(BackupCommand.CATALOG, "c", BackupCommand.TABLE, "sales.orders"))
        .contains(Scope.ofTable("c", ORDERS));
    assertThat(
            scope(
                BackupCommand.CATALOG, "c",
                BackupCommand.DATABASE, "sales",
                BackupCommand.TABLE, "sales.orders"))
        .contains(Scope.ofTable("c", ORDERS));
  }

  @Test
  void aCatalogThatIsNotGivenIsTheRepositorys() {
    assertThat(scope(BackupCommand.DATABASE, "sales")).contains(Scope.ofDatabase("prod", SALES));
  }

  @Test
  void aDatabaseWithoutACatalogAndARepositoryIsRefused() {
    var empty =
        io.bcn.storage.StorageLocation.parse(temp.resolve("none").toString()).open(Map.of());

    assertThatThrownBy(() -> GivenScope.of(arguments(BackupCommand.DATABASE, "sales")).in(empty))
        .isInstanceOf(BcnException.class)
        .hasMessage(
            "Cannot back up database 'sales': no --catalog says where it is, and there is no"
                + " repository yet");
  }

  @Test
  void databasesAndTablesAreChosenTogether() {
    assertThat(selection())
        .isEqualTo(new Selection(List.of(), List.of(), List.of(), Deleted.LEFT_OUT));
    assertThat(
            selection(
                RestoreSelection.DATABASE, "hr,sales",
                RestoreSelection.TABLE, "sales.orders",
                RestoreSelection.EXCLUDE, "*.tmp*",
                RestoreSelection.INCLUDE_DELETED, ""))
        .isEqualTo(
            new Selection(
                List.of(DatabaseName.parse("hr"), SALES),
                List.of(ORDERS),
                List.of("*.tmp*"),
                Deleted.INCLUDED));
  }

  @Test
  void aTableWithoutItsDatabaseIsOfTheOneThatIsGivenWhichThenIsNotChosenWhole() {
    assertThat(selection(RestoreSelection.DATABASE, "sales", RestoreSelection.TABLE, "orders"))
        .isEqualTo(new Selection(List.of(), List.of(ORDERS), List.of(), Deleted.LEFT_OUT));
  }

  @Test
  void aTableWithoutAnyDatabaseIsRefused() {
    assertThatThrownBy(() -> selection(RestoreSelection.TABLE, "orders"))
        .isInstanceOf(BcnException.class)
        .hasMessage("Cannot use table name 'orders': it does not say which database");
  }
}
