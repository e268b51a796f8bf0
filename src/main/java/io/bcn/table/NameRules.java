package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a catalog makes of names: Hive and Glue keep them in lower case, have one level of
 * databases, and take few characters. Other catalogs take names as they are, as far as BCN knows.
 *
 * <p><i>Source</i>: {@code MetaStoreUtils.validateName} of Hive 3.1, {@code IcebergToGlueConverter}
 * of Iceberg.
 */
public record NameRules(String catalog, Kind kind) {
  private static final String SKIPS_VALIDATION = "glue.skip-name-validation";
  private static final String WORD = "[a-z0-9_]{1,252}";
  private static final String PRINTABLE_ASCII = "[ -~]{1,256}";
  private static final String ANYTHING = "(?s).*";
  private static final int NAMES_SHOWN = 5;

  /** Kinds of catalogs that differ in what they make of names. */
  enum Kind {
    ANY_NAME(ANYTHING, ANYTHING, ""),
    HIVE(
        WORD, PRINTABLE_ASCII, "databases of one level, of letters, digits and _; tables in ASCII"),
    GLUE(WORD, WORD, "databases of one level; names of letters, digits and _"),
    GLUE_UNCHECKED(ANYTHING, ANYTHING, "databases of one level");

    private final Pattern databases;
    private final Pattern tables;
    private final String takes;

    Kind(String databases, String tables, String takes) {
      this.databases = Pattern.compile(databases);
      this.tables = Pattern.compile(tables);
      this.takes = takes;
    }

    private boolean folds() {
      return this != ANY_NAME;
    }

    private boolean holds(DatabaseName name) {
      return this == ANY_NAME
          || (name.levels().size() == 1 && databases.matcher(name.levels().get(0)).matches());
    }

    private boolean holds(TableName name) {
      return holds(name.database()) && tables.matcher(name.table()).matches();
    }
  }

  static NameRules of(CatalogConfiguration configuration) {
    return new NameRules(
        configuration.name(),
        switch (configuration.kind()) {
          case "hive" -> Kind.HIVE;
          case "glue" ->
              Boolean.parseBoolean(configuration.properties().get(SKIPS_VALIDATION))
                  ? Kind.GLUE_UNCHECKED
                  : Kind.GLUE;
          default -> Kind.ANY_NAME;
        });
  }

  /** The name as the catalog keeps it. */
  public DatabaseName kept(DatabaseName name) {
    return kind.folds()
        ? new DatabaseName(name.levels().stream().map(NameRules::lowerCase).toList())
        : name;
  }

  /** The name as the catalog keeps it. */
  public TableName kept(TableName name) {
    return kind.folds() ? new TableName(kept(name.database()), lowerCase(name.table())) : name;
  }

  /**
   * <i>Fails</i> with UNSUPPORTED where the catalog can't hold one of the names, as it keeps them.
   */
  public void check(Collection<DatabaseName> databases, Collection<TableName> tables) {
    List<String> unfit =
        Stream.concat(
                databases.stream().filter(name -> !kind.holds(name)).map(DatabaseName::toString),
                tables.stream()
                    .filter(name -> !kind.holds(name))
                    .filter(name -> kind.holds(name.database()))
                    .map(TableName::toString))
            .sorted()
            .distinct()
            .toList();
    if (!unfit.isEmpty()) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot restore '%s'%s into catalog '%s': it takes %s"
              .formatted(
                  String.join("', '", unfit.subList(0, Math.min(NAMES_SHOWN, unfit.size()))),
                  unfit.size() > NAMES_SHOWN
                      ? " and %d more".formatted(unfit.size() - NAMES_SHOWN)
                      : "",
                  catalog,
                  kind.takes),
          "Give other names with --target-database and --target-table, or choose without these: --database, --table, --exclude.");
    }
  }

  private static String lowerCase(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
