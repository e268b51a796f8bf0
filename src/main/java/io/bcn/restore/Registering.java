package io.bcn.restore;

import io.bcn.copy.Progress;
import io.bcn.copy.Routes;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.TableName;
import io.bcn.table.DriverThreads;
import io.bcn.table.StandingTable;
import io.bcn.table.TargetCatalog;
import io.bcn.table.TargetViews;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The last part of a restore: tables and views appear, or take the place of those that stand there,
 * one commit each. One that somebody else has created or changed meanwhile is a failure of its own,
 * and the others go on.
 */
final class Registering {
  private static final int THREADS = 8;

  /** What is wrong with one table, and says nothing of the others. */
  private static final Set<ErrorCode> OF_ONE_TABLE =
      EnumSet.of(ErrorCode.TARGET_EXISTS, ErrorCode.TARGET_CHANGED, ErrorCode.UNSUPPORTED);

  private final Progress progress;
  private final TargetCatalog catalog;
  private final RestorePlan plan;

  Registering(Progress progress, TargetCatalog catalog, RestorePlan plan) {
    this.progress = progress;
    this.catalog = catalog;
    this.plan = plan;
  }

  /** What was registered, or would be; each list in the plan's order. */
  record Outcome(
      List<RestoreSummary.Restored> tables,
      List<RestoreSummary.Replaced> replaced,
      List<RestoreSummary.RestoredView> views,
      List<RestoreSummary.Failure> failures) {
    private Outcome() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  /** What became of one of them. */
  private sealed interface One {
    void addTo(Outcome outcome);

    record Table(RestoreSummary.Restored table) implements One {
      @Override
      public void addTo(Outcome outcome) {
        outcome.tables().add(table);
      }
    }

    record Replaced(RestoreSummary.Replaced table) implements One {
      @Override
      public void addTo(Outcome outcome) {
        outcome.replaced().add(table);
      }
    }

    record View(RestoreSummary.RestoredView view) implements One {
      @Override
      public void addTo(Outcome outcome) {
        outcome.views().add(view);
      }
    }

    record Failed(RestoreSummary.Failure failure) implements One {
      @Override
      public void addTo(Outcome outcome) {
        outcome.failures().add(failure);
      }
    }
  }

  /** Does it, for databases that are there by now. <i>Fails</i> where nothing can go on. */
  Outcome run(Map<Integer, Routes> placed) {
    Outcome outcome = new Outcome();
    List<Integer> tables = plan.ending(List.of(Ending.Registered.class, Ending.Replaced.class));
    progress.step("Registering %,d tables".formatted(tables.size()));
    try (DriverThreads threads = new DriverThreads(THREADS)) {
      threads
          .map(
              tables,
              index -> {
                TableRestore table = plan.tables().get(index);
                Routes routes = placed.get(index);
                return tried(table.target(), () -> run(table, routes));
              })
          .forEach(one -> one.addTo(outcome));
      // After the tables, of which they may speak.
      progress.step("Registering %,d views".formatted(plan.views().size()));
      TargetViews views = new TargetViews(catalog);
      threads
          .map(
              plan.views(),
              view ->
                  tried(
                      view.name(), () -> new One.View(view.restored(view.way().run(view, views)))))
          .forEach(one -> one.addTo(outcome));
    }
    checked();
    outcome.failures().sort(Comparator.comparing(RestoreSummary.Failure::target));
    return outcome;
  }

  private One run(TableRestore table, Routes routes) {
    String metadata = table.files().metadataLocation();
    String pointer =
        table.ending() instanceof Ending.Replaced replaced
            ? replaced.standing().replaceBy(metadata, replaced.location())
            : catalog.register(table.target(), table.files().fileIo(), metadata);
    return told(table, pointer, routes);
  }

  /** Nothing points at their metadata files: the tables were as they should be. */
  private void checked() {
    plan.ending(List.of(Ending.Checked.class)).stream()
        .map(plan.tables()::get)
        .map(TableRestore::files)
        .forEach(files -> catalog.removeFile(files.fileIo(), files.metadataLocation()));
  }

  private static One tried(TableName target, Supplier<One> work) {
    try {
      return work.get();
    } catch (BcnException failure) {
      if (!OF_ONE_TABLE.contains(failure.code())) {
        throw failure;
      }
      return new One.Failed(
          new RestoreSummary.Failure(target, failure.code(), failure.getMessage(), failure.hint()));
    }
  }

  /** What {@link #run} would do. */
  static Outcome planned(RestorePlan plan, Map<Integer, Routes> routes) {
    Outcome outcome = new Outcome();
    for (int i : plan.ending(List.of(Ending.Registered.class, Ending.Replaced.class))) {
      told(plan.tables().get(i), "", routes.get(i)).addTo(outcome);
    }
    plan.views().forEach(view -> outcome.views().add(view.restored("")));
    return outcome;
  }

  private static One told(TableRestore table, String pointer, Routes routes) {
    long snapshots = table.files().extent().isWhole() ? table.source().totals().snapshots() : 0;
    String coverage = table.files().coverage().text();
    if (table.ending() instanceof Ending.Replaced replaced) {
      StandingTable standing = replaced.standing();
      return new One.Replaced(
          new RestoreSummary.Replaced(
              table.source().tableName(),
              table.target(),
              replaced.location(),
              coverage,
              standing.pointer(),
              pointer,
              replaced.lostSnapshots(),
              standing.undo(),
              snapshots,
              routes.files(),
              routes.bytes(),
              routes.storeFiles(),
              routes.storeBytes()));
    }
    return new One.Table(
        new RestoreSummary.Restored(
            table.source().tableName(),
            table.target(),
            table.location(),
            coverage,
            pointer,
            snapshots,
            routes.files(),
            routes.bytes(),
            routes.storeFiles(),
            routes.storeBytes()));
  }
}
