package io.bcn.restore;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitId;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import io.bcn.repository.Repository;
import io.bcn.table.Coverage;
import io.bcn.table.DriverThreads;
import io.bcn.table.Extent;
import io.bcn.table.LocationMapping;
import io.bcn.table.RowMark;
import io.bcn.table.RowTarget;
import io.bcn.table.SchemaMatch;
import io.bcn.table.TableTarget;
import io.bcn.table.TargetCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Plans how rows of a PIT are added to tables that exist.
 *
 * <p>Each table's current snapshot is placed, unregistered, in a folder below its target, read from
 * there, and removed. The folder's name does not change from try to try, so that one try uses what
 * another, killed one had copied.
 */
final class AppendPlanner {
  private static final int THREADS = 8;

  private final PitId pit;
  private final Repository repository;
  private final TargetCatalog catalog;

  AppendPlanner(PitId pit, Repository repository, TargetCatalog catalog) {
    this.pit = pit;
    this.repository = repository;
    this.catalog = catalog;
  }

  /**
   * What is to be done.
   *
   * @param skipped targets that have the rows already
   */
  record Appends(List<TableRestore> tables, List<TableName> skipped, List<String> notices) {}

  /** One table's part of it. */
  private record One(
      TableName target,
      Optional<TableRestore> restore,
      List<String> differences,
      List<String> notices) {}

  /**
   * Plans it, for all tables.
   *
   * <p><i>Fails</i> with UNSUPPORTED and the list of all differences where a table's rows do not
   * fit.
   */
  Appends plan(Map<TableEntry, TableName> targets) {
    List<One> all;
    try (DriverThreads threads = new DriverThreads(THREADS)) {
      all = threads.map(targets.entrySet(), entry -> planned(entry.getKey(), entry.getValue()));
    }
    List<String> differences =
        all.stream()
            .flatMap(
                one ->
                    one.differences().stream().map(text -> "%s: %s".formatted(one.target(), text)))
            .sorted()
            .toList();
    if (!differences.isEmpty()) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot append to catalog '%s': %s"
              .formatted(catalog.catalog().name(), String.join("; ", differences)),
          "Change the target tables with ALTER TABLE, leave them out with --exclude, or restore elsewhere with --target-database.");
    }
    return new Appends(
        all.stream().flatMap(one -> one.restore().stream()).toList(),
        all.stream().filter(one -> one.restore().isEmpty()).map(One::target).sorted().toList(),
        all.stream().flatMap(one -> one.notices().stream()).toList());
  }

  private One planned(TableEntry table, TableName name) {
    ObjectRef stateRef = table.state().orElseThrow();
    TableState state = repository.state(stateRef);
    RowTarget target = catalog.rowTarget(name);
    RowMark mark = new RowMark(pit, stateRef.sha256(), state.uuid().orElse(""));
    if (target.has(mark)) {
      return left(
          name, "Table '%s' has the rows of this PIT already: nothing to add".formatted(name));
    }
    Optional<String> part = target.ownCoverage().filter(own -> !own.equals(state.coverage()));
    if (target.isAt(state) && part.isPresent()) {
      return new One(
          name,
          Optional.empty(),
          List.of(
              "it holds the rows where %s of this very state, and they would be there twice"
                  .formatted(part.get())),
          List.of());
    }
    if (target.isAt(state)) {
      return left(name, "Table '%s' is as it is in this PIT: nothing to add".formatted(name));
    }
    SchemaMatch match = target.match(state);
    if (!match.differences().isEmpty()) {
      return new One(name, Optional.empty(), match.differences(), List.of());
    }
    List<String> notices = new ArrayList<>();
    if (!state.coverage().equals(TableState.COVERS_ALL)) {
      notices.add(
          "Table '%s' gets only the rows where %s: the PIT has no others"
              .formatted(name, state.coverage()));
    }
    target
        .pitOfOtherState(mark)
        .ifPresent(
            other ->
                notices.add(
                    "Table '%s' has rows of the same table from PIT %s: what both PITs have is there twice"
                        .formatted(name, other)));
    return new One(
        name,
        Optional.of(
            restore(table, state, name, new Ending.Appended(target, mark, match.columns()), match)),
        List.of(),
        notices);
  }

  private static One left(TableName name, String notice) {
    return new One(name, Optional.empty(), List.of(), List.of(notice));
  }

  private TableRestore restore(
      TableEntry table,
      TableState state,
      TableName name,
      Ending.Appended ending,
      SchemaMatch match) {
    String folder = "%s/bcn-append-%s".formatted(ending.into().location(), pit);
    LocationMapping mapping = RestorePlanner.mapping(state.roots(), folder);
    RestorePlanner.checkMovable(table, state, mapping, folder);
    return new TableRestore(
        table,
        name,
        folder,
        table.state().orElseThrow(),
        state.metadata(),
        state.metadataLocation(),
        new TableTarget(
            ending.into().fileIo(),
            mapping,
            "%s/metadata/00000-%s.metadata.json".formatted(folder, UUID.randomUUID()),
            UUID.randomUUID().toString(),
            TableTarget.MetadataLog.DROPPED,
            Set.of(),
            new Extent.CurrentRows(match.readingSchema()),
            Set.of(),
            Coverage.of(state)),
        ending);
  }
}
