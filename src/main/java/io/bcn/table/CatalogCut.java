package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest.CutMode;
import io.bcn.format.PitManifest.CutWindow;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.exceptions.NoSuchIcebergTableException;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * Pins a scope at one moment, on catalogs that have no transactions over many tables.
 *
 * <p>Everything is looked at twice. A pointer that both looks found held all the time between them,
 * as a metadata file's name is never used again; so when all are equal, all were true together at
 * every moment between the end of the first and the beginning of the second look. Otherwise comes
 * another look at everything: to look again only at what had changed would not prove that the rest
 * still held then.
 */
public final class CatalogCut {
  private static final int TABLES_SHOWN = 5;

  private CatalogCut() {}

  /**
   * Collects the cut. Reads only metadata files, each table's at least twice.
   *
   * <p><i>Fails</i>, where {@link CutOptions.WhenAbsent#FAIL} is asked for, with NOT_FOUND when the
   * scope's database or table is not there and UNSUPPORTED when the table is not Iceberg's; with
   * SOURCE_CHANGING when {@link CutOptions.WhenChanging#FAIL} is asked for and no two looks agreed.
   */
  public static Cut collect(IcebergCatalog catalog, Scope scope, CutOptions options) {
    try (DriverThreads threads = new DriverThreads(options.threads())) {
      CutPass earlier = look(catalog, scope, options, threads, Map.of());
      CutPass later = earlier;
      for (int i = 0; i < options.tries(); i++) {
        earlier = later;
        later = look(catalog, scope, options, threads, earlier.settled());
        if (later.sawTheSameAs(earlier)) {
          return Cut.of(new CutWindow(CutMode.CONSISTENT, earlier.to(), later.from()), later);
        }
      }
      if (options.whenChanging() == CutOptions.WhenChanging.FAIL) {
        throw changing(catalog, options, later.differencesTo(earlier));
      }
      return Cut.of(new CutWindow(CutMode.BEST_EFFORT, later.from(), later.to()), later);
    }
  }

  /**
   * Fails as {@link #collect} does where the scope's database or table is not there; reads no
   * table.
   */
  public static void check(IcebergCatalog catalog, Scope scope) {
    scope
        .database()
        .filter(database -> !catalog.databaseExists(database))
        .ifPresent(
            database -> {
              throw catalog.notFound(database);
            });
    scope
        .tableName()
        .filter(table -> !catalog.tables(table.database()).contains(table))
        .ifPresent(
            table -> {
              throw notFound(catalog, table);
            });
  }

  /**
   * One table as it is now, for when a pinned one lost files meanwhile; empty where the table is
   * gone.
   */
  public static Optional<Repinned> repin(IcebergCatalog catalog, TableName name) {
    FileIos.Collecting fileIos = new FileIos.Collecting();
    return CutPass.look(catalog, name, fileIos)
        .map(state -> new Repinned(state, fileIos.collected()));
  }

  /** The same for a view. */
  public static Optional<PinState> repinView(IcebergCatalog catalog, TableName name) {
    return new CatalogViews(catalog).look(name);
  }

  /** A table that was pinned again, with what reads its files now. */
  public record Repinned(PinState state, FileIos fileIos) {}

  /**
   * The names under which the catalog has tables of these UUIDs, sorted; a UUID that it has not is
   * not in the result. Loads every table, so it is for the rare question where tables went; what
   * can't be read is passed over.
   */
  public static Map<String, List<TableName>> namesOf(IcebergCatalog catalog, Set<String> uuids) {
    FileIos.Collecting fileIos = new FileIos.Collecting();
    try (DriverThreads threads = new DriverThreads(CutOptions.DEFAULT_THREADS)) {
      List<TableName> all =
          catalog.databases().stream()
              .flatMap(database -> catalog.tables(database).stream())
              .sorted()
              .toList();
      return threads.map(all, name -> CutPass.look(catalog, name, fileIos)).stream()
          .flatMap(Optional::stream)
          .filter(PinnedTable.class::isInstance)
          .map(PinnedTable.class::cast)
          .filter(pinned -> uuids.contains(pinned.tableUuid()))
          .collect(
              Collectors.groupingBy(
                  PinnedTable::tableUuid,
                  TreeMap::new,
                  Collectors.mapping(PinnedTable::name, Collectors.toList())));
    }
  }

  /** {@link #repin} for some tables at once; those that are gone or can't be read are left out. */
  public static RepinnedTables repinAll(IcebergCatalog catalog, List<TableName> names) {
    FileIos.Collecting fileIos = new FileIos.Collecting();
    List<PinnedTable> tables =
        names.stream()
            .flatMap(name -> CutPass.look(catalog, name, fileIos).stream())
            .filter(PinnedTable.class::isInstance)
            .map(PinnedTable.class::cast)
            .toList();
    return new RepinnedTables(tables, fileIos.collected());
  }

  /** Tables that were pinned again, with what reads their files now. */
  public record RepinnedTables(List<PinnedTable> tables, FileIos fileIos) {}

  private static CutPass look(
      IcebergCatalog catalog,
      Scope scope,
      CutOptions options,
      DriverThreads threads,
      Map<TableName, UnreadableTable> settled) {
    CutPass pass = CutPass.take(catalog, scope, threads, settled);
    if (options.whenAbsent() == CutOptions.WhenAbsent.RECORD) {
      return pass;
    }
    scope
        .database()
        .filter(database -> !pass.databases().containsKey(database))
        .ifPresent(
            database -> {
              throw catalog.notFound(database);
            });
    scope
        .tableName()
        .filter(table -> !pass.tables().containsKey(table))
        .ifPresent(
            table -> {
              throw notFound(catalog, table);
            });
    return pass;
  }

  private static BcnException notFound(IcebergCatalog catalog, TableName table) {
    DatabaseName database = table.database();
    try {
      catalog.load(table);
    } catch (NoSuchIcebergTableException otherFormat) {
      return new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot pin table '%s' of catalog '%s': it is not an Iceberg table"
              .formatted(table, catalog.name()),
          "Name an Iceberg table; a table of another format can be migrated with Iceberg's procedures.");
    } catch (NoSuchTableException gone) {
      // The usual case, told below.
    }
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot find table '%s' in catalog '%s': there is none of that name"
            .formatted(table, catalog.name()),
        IcebergCatalog.near(table.toString(), catalog.tables(database)));
  }

  private static BcnException changing(
      IcebergCatalog catalog, CutOptions options, List<TableName> differences) {
    String tables =
        differences.isEmpty()
            ? ""
            : " on "
                + differences.stream()
                    .limit(TABLES_SHOWN)
                    .map(TableName::toString)
                    .collect(Collectors.joining(", "))
                + (differences.size() > TABLES_SHOWN ? " and others" : "");
    return new BcnException(
        ErrorCode.SOURCE_CHANGING,
        "Cannot pin catalog '%s' at one moment: it changed during each of %d looks, by %d tables in the last"
            .formatted(catalog.name(), options.tries() + 1, Math.max(1, differences.size())),
        "Run it again when fewer writers are at work%s, or without the demand for one moment."
            .formatted(tables));
  }
}
