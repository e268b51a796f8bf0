package io.bcn.backup;

import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.PitManifest.CutMode;
import io.bcn.format.PitManifest.CutWindow;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.DerivedDocuments;
import io.bcn.repository.PitClaim;
import io.bcn.repository.Repository;
import io.bcn.table.CatalogCut;
import io.bcn.table.Cut;
import io.bcn.table.IcebergCatalog;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backup, from the request to the commit: the one place that has the order.
 *
 * <p>Claim the PIT, pin the cut, plan what changed, store what is new, write the tables' states,
 * commit by one exclusive create (promises 1 and 2), then bring the derived documents up to date.
 */
public final class Backup {
  private static final Logger LOG = LoggerFactory.getLogger(Backup.class);

  private final SparkSession spark;
  private final Progress progress;
  private final Clock clock;

  public Backup(SparkSession spark, Progress progress, Clock clock) {
    this.spark = spark;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * Runs it.
   *
   * <p><i>Fails</i> with SCOPE_MISMATCH before anything is read, NOT_FOUND where the scope is not
   * in the catalog and never was, or where the catalog seems to be another one, LOCKED while
   * another backup runs, SOURCE_CHANGING where strict. A table that fails is a value in the
   * summary.
   */
  public BackupSummary run(BackupRequest request) {
    LockedScope scope = LockedScope.of(request);
    Optional<BackupSummary> finished =
        scope.existing().flatMap(repository -> FinishedRun.of(repository, request));
    if (finished.isPresent()) {
      return finished.get();
    }
    try (IcebergCatalog catalog =
        IcebergCatalog.open(request.settings(), scope.scope().catalog())) {
      if (request.action() == BackupRequest.Action.PLAN_ONLY) {
        return planOnly(request, scope, catalog);
      }
      // A first backup of what does not exist must leave no repository behind.
      if (scope.hasNoPit()) {
        CatalogCut.check(catalog, scope.scope());
      }
      if (scope.existing().isEmpty() && scope.filter().isPresent()) {
        // Nor must a filter that the table's partitions can't answer: it would be locked in.
        planOnly(request, scope, catalog);
      }
      Repository repository =
          scope
              .existing()
              .orElseGet(
                  () ->
                      Repository.create(
                          request.storage(), scope.scope(), scope.coverage(), clock.instant()));
      PitClaim claim =
          PitClaim.acquire(repository, request.runId().value(), clock, request.lease());
      boolean ended = false;
      try {
        BackupSummary summary = backUp(request, repository, scope, catalog, claim);
        ended = true;
        return summary;
      } finally {
        // Whatever was thrown: Spark's own exceptions are checked ones that it does not declare.
        if (!ended) {
          abandon(claim);
        }
      }
    }
  }

  /** Where even that fails, the first failure is still the one to tell of. */
  private static void abandon(PitClaim claim) {
    try {
      claim.abandon();
    } catch (RuntimeException e) {
      LOG.warn("The claim of PIT {} stays until its lease ends: {}", claim.pit(), e.getMessage());
    }
  }

  private BackupSummary backUp(
      BackupRequest request,
      Repository repository,
      LockedScope scope,
      IcebergCatalog catalog,
      PitClaim claim) {
    ParentPit parent = ParentPit.of(Optional.of(repository));
    Planning.Planned planned = planning(request, scope, parent).plan(catalog, repository);
    BackupPlan plan = planned.plan();
    ViewsPlan views = ViewsPlan.of(plan.cut(), parent.pit(), parent.reuseOfViews(request));
    StoredViews storedViews =
        new StoringViews(request.storage(), repository.scope().catalog(), claim.pit())
            .store(views, plan.cut(), catalog);
    try (Storing storing =
        new Storing(
            spark,
            progress,
            request.storage(),
            scope,
            parts(request, scope, claim.pit()),
            parent.abandoned())) {
      Stored stored = storing.store(plan, catalog);
      CutWindow window = storedViews.window(stored.window(plan.cut().window()));
      if (request.consistency() == BackupRequest.Consistency.STRICT
          && window.mode() == CutMode.BEST_EFFORT) {
        throw notOfOneMoment(scope, stored.movedOn(plan));
      }
      progress.step("Committing PIT " + claim.pit());
      PitManifest manifest =
          manifest(plan, stored, claim, window)
              .with(views.stored(storedViews, parent.pit(), now()));
      CommittedPit committed = claim.commit(manifest);
      List<String> warnings = new ArrayList<>(planned.warnings());
      warnings.addAll(stored.notices());
      warnings.addAll(
          afterCommit(
              committed,
              () -> {
                DerivedDocuments derived = new DerivedDocuments(repository);
                derived.writeCatalog(
                    catalog.kind(), catalog.nonSecretProperties(), databases(plan.cut()));
                derived.bringUpTo(committed);
              },
              "Its table manifests and lists of deleted objects lag behind until the next backup"));
      warnings.addAll(
          afterCommit(
              committed, claim::close, "The repository stays locked until this run's lease ends"));
      return BackupSummary.of(
          request.storage().root(),
          repository.scope(),
          repository.coverage(),
          manifest,
          stored.routesByName(),
          warnings);
    }
  }

  /** The cut was: tables moved on while they were stored (promise 6). */
  private static BcnException notOfOneMoment(LockedScope scope, List<TableName> movedOn) {
    String tables =
        movedOn.isEmpty()
            ? ""
            : " on " + movedOn.stream().map(TableName::toString).collect(Collectors.joining(", "));
    return new BcnException(
        ErrorCode.SOURCE_CHANGING,
        "Cannot back up %s as of one moment: it changed while it was stored, and what was pinned is gone"
            .formatted(scope.scope()),
        "Run it again when no clean-up is at work%s, or without --strict. What was copied is used then."
            .formatted(tables));
  }

  /** The PIT is there: whatever fails from here on is no failure of the backup (promise 2). */
  private static List<String> afterCommit(CommittedPit pit, Runnable step, String consequence) {
    try {
      step.run();
      return List.of();
    } catch (RuntimeException e) {
      LOG.warn("PIT {} is committed, and what follows failed", pit.pit(), e);
      return List.of(
          "PIT %s is committed, and what follows failed: %s. %s."
              .formatted(pit.pit(), e.getMessage(), consequence));
    }
  }

  private BackupSummary planOnly(BackupRequest request, LockedScope scope, IcebergCatalog catalog) {
    ParentPit parent = ParentPit.of(scope.existing());
    Planning planning = planning(request, scope, parent);
    Planning.Planned planned =
        scope
            .existing()
            .map(repository -> planning.plan(catalog, repository))
            .orElseGet(() -> planning.planOfFirst(catalog));
    Preview preview =
        new Preview(
            spark,
            progress,
            request.storage(),
            scope,
            parts(request, scope, new PitId(clock.instant())),
            parent.abandoned());
    return BackupSummary.ofPlan(
        request,
        scope.scope(),
        scope.coverage(),
        planned.plan(),
        preview.of(planned.plan()),
        planned.warnings());
  }

  private Planning planning(BackupRequest request, LockedScope scope, ParentPit parent) {
    return new Planning(progress, request, scope.scope(), parent);
  }

  private static TableParts parts(BackupRequest request, LockedScope scope, PitId pit) {
    return new TableParts(scope.scope().catalog(), pit, request.reuse());
  }

  private PitManifest manifest(BackupPlan plan, Stored stored, PitClaim claim, CutWindow window) {
    List<TableEntry> tables = stored.entries(plan, claim.pit());
    return PitManifest.of(
        claim.pit(),
        plan.parent().map(CommittedPit::asParent),
        claim.runId(),
        ProgramVersion.text(),
        window,
        plan.deleted(),
        plan.cut().databases(),
        tables,
        plan.deletedObjects(now()),
        plan.cut().skipped());
  }

  /** To the millisecond, as documents have it. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static List<DatabaseName> databases(Cut cut) {
    return cut.databases().stream().map(DatabaseEntry::name).toList();
  }
}
