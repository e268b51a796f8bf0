package io.bcn.it;

import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreRequest.Deleted;
import io.bcn.restore.RestoreRequest.Selection;
import java.util.List;
import java.util.stream.Stream;

/** Selections of a restore, in few words. */
final class Selected {
  private Selected() {}

  static Selection everything() {
    return new Selection(List.of(), List.of(), List.of(), Deleted.LEFT_OUT);
  }

  static Selection everythingAndDeleted() {
    return new Selection(List.of(), List.of(), List.of(), Deleted.INCLUDED);
  }

  static Selection tables(String... tables) {
    return new Selection(
        List.of(), Stream.of(tables).map(TableName::parse).toList(), List.of(), Deleted.LEFT_OUT);
  }

  static Selection database(String database, String... furtherTables) {
    return new Selection(
        List.of(DatabaseName.parse(database)),
        Stream.of(furtherTables).map(TableName::parse).toList(),
        List.of(),
        Deleted.LEFT_OUT);
  }
}
