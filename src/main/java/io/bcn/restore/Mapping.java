package io.bcn.restore;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import io.bcn.table.NameRules;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which name each restored object gets: the one that was asked for, as the target keeps names.
 *
 * @param chosen the databases that were asked for by name: one nested in such a database keeps its
 *     place in it
 */
record Mapping(RestoreRequest.Target target, List<DatabaseName> chosen, NameRules rules) {

  /**
   * <i>Fails</i> with USAGE where two objects would get one name, or one name is given for several.
   */
  void check(List<TableName> sources) {
    if (target.table().isPresent() && sources.size() != 1) {
      throw new BcnException(
          ErrorCode.USAGE,
          "Cannot restore %d tables as '%s': --target-table is for one table"
              .formatted(sources.size(), target.table().get()),
          "Choose the table with --table <database.table>.");
    }
    Map<TableName, TableName> takenBy = new HashMap<>();
    for (TableName source : sources) {
      TableName other = takenBy.put(of(source), source);
      if (other != null) {
        throw new BcnException(
            ErrorCode.USAGE,
            "Cannot restore '%s' and '%s': both would become '%s'"
                .formatted(other, source, of(source)),
            "Restore them one after the other, or without --target-database.");
      }
    }
  }

  DatabaseName of(DatabaseName source) {
    return rules.kept(asked(source));
  }

  private DatabaseName moved(DatabaseName source, DatabaseName to) {
    return chosen.stream()
        .filter(source::isWithin)
        .min(Comparator.comparing(database -> database.levels().size()))
        .map(outermost -> source.moved(outermost, to))
        .orElse(to);
  }

  TableName of(TableName source) {
    return rules.kept(asked(source));
  }

  /** What the user should know of names that the target changes. */
  List<String> notices(List<TableName> sources) {
    return sources.stream()
        .filter(source -> !of(source).equals(asked(source)))
        .map(
            source ->
                "Table '%s' becomes '%s': catalog '%s' keeps names in lower case"
                    .formatted(asked(source), of(source), rules.catalog()))
        .toList();
  }

  private DatabaseName asked(DatabaseName source) {
    return target.database().map(to -> moved(source, to)).orElse(source);
  }

  private TableName asked(TableName source) {
    return new TableName(asked(source.database()), target.table().orElse(source.table()));
  }
}
