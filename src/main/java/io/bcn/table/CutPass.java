package io.bcn.table;

import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest.SkippedObject;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * One look at everything in a scope: each table at some moment between {@code from} and {@code to}.
 *
 * <p><i>Shape</i>: a few hundred bytes a table; Iceberg's own objects, which can be megabytes a
 * table, are let go at once.
 */
record CutPass(
    Instant from,
    Instant to,
    SortedMap<DatabaseName, SortedMap<String, String>> databases,
    SortedMap<TableName, PinState> tables,
    SortedMap<TableName, PinState> views,
    List<SkippedObject> skipped,
    FileIos fileIos) {

  /** Whether both looks saw the same, so that all of it was true at the moments between them. */
  boolean sawTheSameAs(CutPass other) {
    return databases.equals(other.databases)
        && areSame(tables, other.tables)
        && areSame(views, other.views);
  }

  private static boolean areSame(Map<TableName, PinState> states, Map<TableName, PinState> others) {
    return states.keySet().equals(others.keySet())
        && states.values().stream().allMatch(state -> isIn(others, state));
  }

  /**
   * The tables and views that differ between the looks, sorted; none where only databases differ.
   */
  List<TableName> differencesTo(CutPass other) {
    return Stream.concat(differences(tables, other.tables), differences(views, other.views))
        .sorted()
        .toList();
  }

  private static Stream<TableName> differences(
      Map<TableName, PinState> states, Map<TableName, PinState> others) {
    return Stream.concat(
        states.values().stream().filter(state -> !isIn(others, state)).map(PinState::name),
        others.keySet().stream().filter(name -> !states.containsKey(name)));
  }

  private static boolean isIn(Map<TableName, PinState> states, PinState state) {
    return Optional.ofNullable(states.get(state.name())).filter(state::sameStateAs).isPresent();
  }

  /** The failures that another look need not find again. */
  Map<TableName, UnreadableTable> settled() {
    Map<TableName, UnreadableTable> settled = new TreeMap<>();
    Stream.concat(tables.values().stream(), views.values().stream())
        .filter(UnreadableTable.class::isInstance)
        .map(UnreadableTable.class::cast)
        .filter(UnreadableTable::isSettled)
        .forEach(unreadable -> settled.put(unreadable.name(), unreadable));
    return settled;
  }

  /** Takes one look. What a listing names and a load does not find is simply not there. */
  static CutPass take(
      IcebergCatalog catalog,
      Scope scope,
      DriverThreads threads,
      Map<TableName, UnreadableTable> settled) {
    Instant from = now();
    FileIos.Collecting fileIos = new FileIos.Collecting();
    CutListing listing = CutListing.of(catalog, scope, threads);
    SortedMap<TableName, PinState> tables =
        each(listing.tables(), name -> look(catalog, name, fileIos), threads, settled);
    SortedMap<TableName, PinState> views =
        each(listing.views(), new CatalogViews(catalog)::look, threads, settled);
    return new CutPass(
        from, now(), listing.databases(), tables, views, listing.skipped(), fileIos.collected());
  }

  private static SortedMap<TableName, PinState> each(
      List<TableName> names,
      Function<TableName, Optional<PinState>> look,
      DriverThreads threads,
      Map<TableName, UnreadableTable> settled) {
    SortedMap<TableName, PinState> states = new TreeMap<>();
    threads
        .map(
            names,
            name ->
                settled.containsKey(name)
                    ? Optional.<PinState>of(settled.get(name))
                    : look.apply(name))
        .forEach(state -> state.ifPresent(seen -> states.put(seen.name(), seen)));
    return states;
  }

  /** One table's state; empty where there is none. */
  static Optional<PinState> look(
      IcebergCatalog catalog, TableName name, FileIos.Collecting fileIos) {
    try {
      BaseTable table = catalog.load(name);
      TableMetadata metadata = table.operations().current();
      return Optional.of(
          new PinnedTable(
              name,
              Optional.ofNullable(metadata.uuid()).orElse(""),
              metadata.metadataFileLocation(),
              metadata.lastUpdatedMillis(),
              metadata.formatVersion(),
              fileIos.indexOf(table.io())));
    } catch (NoSuchTableException | NoSuchNamespaceException gone) {
      return Optional.empty();
    } catch (RuntimeException failure) {
      ErrorCode code = CatalogFailure.code(failure);
      String reason = CatalogFailure.reason(failure, catalog.configuration().secrets());
      return Optional.of(
          new UnreadableTable(name, code, "Cannot read table '%s': %s".formatted(name, reason)));
    }
  }

  /** To the millisecond, as documents have it. */
  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
