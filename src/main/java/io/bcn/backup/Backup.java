package io.bcn.backup;

import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.Granularity;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.Scope;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import io.bcn.format.ViewEntry;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.DerivedDocuments;
import io.bcn.repository.Losses;
import io.bcn.repository.LostPit;
import io.bcn.repository.PitClaim;
import io.bcn.repository.Repository;
import io.bcn.table.CatalogCut;
import io.bcn.table.Cut;
import io.bcn.table.CutOptions;
import io.bcn.table.IcebergCatalog;
import io.bcn.table.RowFilter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private static final int RUNS_LOOKED_AT = 100;

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
    Optional<Repository> existing = Repository.find(request.storage());
    request
        .scope()
        .ifPresent(wanted -> existing.ifPresent(repository -> repository.checked(wanted)));
    request
        .coverage()
        .map(RowFilter::text)
        .ifPresent(wanted -> existing.ifPresent(found -> found.checkedCoverage(wanted)));
    Scope scope =
        existing.map(Repository::scope).or(request::scope).orElseThrow(() -> scopeMissing(request));
    // One that a newer program wrote last is refused before anything is written.
    existing.ifPresent(Repository::checkVersion);
    Optional<RowFilter> filter = filter(request, scope, existing);
    Optional<BackupSummary> finished =
        existing.flatMap(repository -> finishedRun(repository, request));
    if (finished.isPresent()) {
      return finished.get();
    }
    try (IcebergCatalog catalog = IcebergCatalog.open(request.settings(), scope.catalog())) {
      if (request.action() == BackupRequest.Action.PLAN_ONLY) {
        return planOnly(request, scope, filter, catalog, existing);
      }
      // A first backup of what does not exist must leave no repository behind.
      if (existing.flatMap(repository -> repository.pits().findFirst()).isEmpty()) {
        CatalogCut.check(catalog, scope);
      }
      if (existing.isEmpty() && filter.isPresent()) {
        // Nor must a filter that the table's partitions can't answer: it would be locked in.
        planOnly(request, scope, filter, catalog, existing);
      }
      Repository repository =
          existing.orElseGet(
              () ->
                  Repository.create(
                      request.storage(), scope, Storing.coverage(filter), clock.instant()));
      PitClaim claim =
          PitClaim.acquire(repository, request.runId().value(), clock, request.lease());
      boolean ended = false;
      try {
        BackupSummary summary = backUp(request, repository, filter, catalog, claim);
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
      Optional<RowFilter> filter,
      IcebergCatalog catalog,
      PitClaim claim) {
    Optional<CommittedPit> parent = parent(repository);
    List<String> warnings = new ArrayList<>(lostSinceParent(repository));
    List<TableName> lost = lost(Optional.of(repository), parent);
    BackupPlan plan = plan(request, repository.scope(), catalog, parent, lost);
    warnings.addAll(storedAnew(plan));
    DerivedDocuments derived = new DerivedDocuments(repository);
    warnings.addAll(checkNotEmptied(request, repository, plan, catalog));
    // A view is one small file: where anything is lost, all are stored anew.
    BackupRequest.Reuse reuse = lost.isEmpty() ? request.reuse() : BackupRequest.Reuse.NOTHING;
    ViewsPlan views = ViewsPlan.of(plan.cut(), parent, reuse);
    List<ViewEntry> storedViews =
        new StoringViews(request.storage(), repository.scope().catalog(), claim.pit())
            .store(views, plan.cut(), catalog);
    try (Storing storing = storing(request, repository, filter, parent, claim.pit())) {
      Stored stored = storing.store(plan, catalog);
      progress.step("Committing PIT " + claim.pit());
      PitManifest manifest =
          manifest(plan, stored, claim).with(views.stored(storedViews, parent, now()));
      CommittedPit committed = claim.commit(manifest);
      warnings.addAll(
          afterCommit(
              committed,
              () -> {
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
          stored.copiedFiles(),
          stored.copiedBytes(),
          warnings);
    }
  }

  /**
   * The newest PIT that can be read. One that is lost does not keep the source from being backed
   * up: on an earlier parent the new PIT is whole all the same, and only stores more.
   */
  private static Optional<CommittedPit> parent(Repository repository) {
    return repository.readable().findFirst();
  }

  private static List<String> lostSinceParent(Repository repository) {
    return repository
        .pits()
        .takeWhile(LostPit.class::isInstance)
        .map(LostPit.class::cast)
        .map(
            lost ->
                "PIT %s is lost, and what follows builds on an earlier one: %s."
                    .formatted(lost.pit(), lost.reason()))
        .toList();
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

  /** What there is to say of a source that has nothing left of the parent's tables. */
  private static List<String> checkNotEmptied(
      BackupRequest request, Repository repository, BackupPlan plan, IcebergCatalog catalog) {
    Optional<EmptySource> empty = EmptySource.of(plan, repository.scope());
    if (request.emptySources() == BackupRequest.EmptySources.REFUSED) {
      empty.ifPresent(
          source -> source.check(catalog, new DerivedDocuments(repository).catalogMetadata()));
    }
    return empty.map(source -> source.warnings(catalog)).orElse(List.of());
  }

  /** Tables of the parent that a repair found to be lost: they are not built on. */
  private static List<TableName> lost(
      Optional<Repository> repository, Optional<CommittedPit> parent) {
    return repository
        .flatMap(known -> parent.map(pit -> new Losses(known).of(pit.pit())))
        .orElse(List.of());
  }

  private static List<String> storedAnew(BackupPlan plan) {
    return plan.tables().stream()
        .filter(table -> table.change() == TablePlan.Change.LOST)
        .map(
            table ->
                "Table %s is stored anew, for the parent PIT has lost objects of it."
                    .formatted(table.name()))
        .toList();
  }

  private BackupPlan plan(
      BackupRequest request,
      Scope scope,
      IcebergCatalog catalog,
      Optional<CommittedPit> parent,
      List<TableName> lost) {
    progress.step("Pinning the tables of " + scope);
    CutOptions options = cutOptions(request);
    // What has been there once is deleted, not mistyped.
    Cut cut =
        CatalogCut.collect(
            catalog, scope, parent.isPresent() ? options.recordingAbsence() : options);
    return BackupPlan.of(cut, parent, request.reuse(), lost);
  }

  private BackupSummary planOnly(
      BackupRequest request,
      Scope scope,
      Optional<RowFilter> filter,
      IcebergCatalog catalog,
      Optional<Repository> existing) {
    Optional<CommittedPit> parent = existing.flatMap(Backup::parent);
    BackupPlan plan = plan(request, scope, catalog, parent, lost(existing, parent));
    List<String> warnings =
        existing
            .map(repository -> checkNotEmptied(request, repository, plan, catalog))
            .orElse(List.of());
    PitId pit = new PitId(clock.instant());
    try (Storing storing =
        new Storing(
            spark, progress, request, filter, scope.catalog(), pit, abandoned(existing, parent))) {
      return storing.describe(plan, scope, warnings);
    }
  }

  private Storing storing(
      BackupRequest request,
      Repository repository,
      Optional<RowFilter> filter,
      Optional<CommittedPit> parent,
      PitId pit) {
    return new Storing(
        spark,
        progress,
        request,
        filter,
        repository.scope().catalog(),
        pit,
        abandoned(Optional.of(repository), parent));
  }

  private static List<PitId> abandoned(
      Optional<Repository> repository, Optional<CommittedPit> parent) {
    return repository
        .map(existing -> existing.abandonedSince(parent.map(CommittedPit::pit)))
        .orElse(List.of());
  }

  private PitManifest manifest(BackupPlan plan, Stored stored, PitClaim claim) {
    List<TableEntry> tables = stored.entries(plan, claim.pit());
    return PitManifest.of(
        claim.pit(),
        plan.parent().map(CommittedPit::asParent),
        claim.runId(),
        ProgramVersion.text(),
        stored.window(plan.cut().window()),
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

  private static CutOptions cutOptions(BackupRequest request) {
    CutOptions options = CutOptions.defaults();
    return request.consistency() == BackupRequest.Consistency.STRICT ? options.strict() : options;
  }

  /** The same run id again returns what that run did. */
  private static Optional<BackupSummary> finishedRun(Repository repository, BackupRequest request) {
    if (request.runId().origin() == BackupRequest.RunId.Origin.GENERATED
        || request.action() == BackupRequest.Action.PLAN_ONLY) {
      return Optional.empty();
    }
    return repository
        .readable()
        .limit(RUNS_LOOKED_AT)
        .filter(pit -> pit.manifest().runId().equals(Optional.of(request.runId().value())))
        // A run that left tables out is not finished: asked for again, it tries them again.
        .filter(pit -> pit.manifest().complete())
        .findFirst()
        .map(
            pit ->
                BackupSummary.of(
                    request.storage().root(),
                    repository.scope(),
                    repository.coverage(),
                    pit.manifest(),
                    0,
                    0,
                    List.of()));
  }

  /** The repository's own filter, or the one that is asked for. */
  private static Optional<RowFilter> filter(
      BackupRequest request, Scope scope, Optional<Repository> existing) {
    Optional<RowFilter> filter =
        existing.isEmpty()
            ? request.coverage()
            : existing
                .map(Repository::coverage)
                .filter(coverage -> !coverage.equals(TableState.COVERS_ALL))
                .map(RowFilter::parse);
    if (filter.isPresent() && scope.granularity() != Granularity.TABLE) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot back up the rows where %s of %s: only one table can be backed up in part"
              .formatted(filter.get().text(), scope),
          "Leave --where out, or give the one table with --table.");
    }
    return filter;
  }

  private static BcnException scopeMissing(BackupRequest request) {
    return new BcnException(
        ErrorCode.USAGE,
        "Cannot back up into '%s': there is no repository yet, and no --catalog says what to back up"
            .formatted(request.storage().root()),
        "Give --catalog (and --database, --table) for the first backup, or check --repo.");
  }
}
