package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.AbandonedPit;
import io.bcn.format.CatalogMetadata;
import io.bcn.format.DatabaseMetadata;
import io.bcn.format.Documents;
import io.bcn.format.InProgress;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.RepositoryManifest;
import io.bcn.format.TableManifest;
import io.bcn.format.TableName;
import io.bcn.repository.RepairSummary.Problem;
import io.bcn.repository.RepairSummary.Rebuilt;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Rebuilds what PIT manifests tell (promise 2): derived documents, and a repository manifest that
 * is lost. PIT manifests themselves are the truth, and nothing can rebuild one.
 *
 * <p>Holds the repository like a backup while it writes. Never makes anything older: where the
 * newest PIT is lost, a document that speaks of it stays if it can be read.
 */
public final class Repair {
  private final RepairRequest request;
  private final Clock clock;
  private final List<Rebuilt> rebuilt = new ArrayList<>();
  private final List<PitId> endedClaims = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();

  public Repair(RepairRequest request, Clock clock) {
    this.request = request;
    this.clock = clock;
  }

  /**
   * Runs it, once.
   *
   * <p><i>Fails</i> with LOCKED while a backup runs, with USAGE where the scope can't be derived,
   * with SCOPE_MISMATCH where the given one does not fit the PITs.
   */
  public RepairSummary run() {
    Repository repository = repository();
    endUnreadableClaims(repository);
    if (!writes()) {
      return derived(repository);
    }
    PitClaim claim =
        PitClaim.acquire(repository, "repair-" + UUID.randomUUID(), clock, request.lease());
    try {
      return derived(repository);
    } finally {
      claim.close();
    }
  }

  private boolean writes() {
    return request.action() == RepairRequest.Action.REPAIR;
  }

  private Repository repository() {
    Storage storage = request.storage();
    ObjectKey key = Layout.repositoryManifest();
    Optional<Problem> problem = problem(storage, key, RepositoryManifest.class);
    if (problem.isEmpty()) {
      Repository repository = Repository.open(storage);
      request.scope().ifPresent(repository::checked);
      return repository;
    }
    LostManifest lost = new LostManifest(storage, request.scope());
    RepositoryManifest manifest = lost.rebuilt(clock);
    rebuilt.add(new Rebuilt(key.value(), problem.get()));
    notices.addAll(LostManifest.NOTICES);
    if (writes()) {
      storage.replace(key, Documents.write(manifest));
    }
    return Repository.of(storage, manifest);
  }

  /** Nobody can tell whose they are: a backup that still runs finds out when it wants to commit. */
  private void endUnreadableClaims(Repository repository) {
    Storage storage = repository.storage();
    String catalog = repository.scope().catalog();
    try (Stream<ObjectStat> objects = storage.list(Layout.pitManifests(catalog))) {
      objects
          .map(ObjectStat::key)
          .filter(key -> key.name().equals(".in_progress"))
          .filter(
              key -> problem(storage, key, InProgress.class).equals(Optional.of(Problem.DAMAGED)))
          .flatMap(key -> Repository.pitOf(key).stream())
          .forEach(endedClaims::add);
    }
    if (writes()) {
      endedClaims.forEach(pit -> end(storage, catalog, pit));
    }
  }

  private void end(Storage storage, String catalog, PitId pit) {
    AbandonedPit mark =
        AbandonedPit.of(pit, clock.instant().truncatedTo(ChronoUnit.MILLIS), "repair");
    storage.create(Layout.pitManifest(catalog, pit), Documents.write(mark));
    storage.delete(Layout.inProgress(catalog, pit));
  }

  private RepairSummary derived(Repository repository) {
    PitsTold told = PitsTold.of(repository);
    String catalog = repository.scope().catalog();
    told.databases()
        .forEach(
            (name, properties) ->
                rebuild(
                    repository,
                    Layout.databaseMetadata(catalog, name),
                    new DatabaseMetadata(Documents.FORMAT_VERSION, name, properties),
                    told.ofNewest()));
    told.states()
        .forEach((table, states) -> rebuildTable(repository, catalog, table, states, told));
    told.newestReadable().ifPresent(newest -> rebuildFromNewest(repository, catalog, newest, told));
    told.newest().ifPresent(newest -> rebuildLastPit(repository, newest));
    return new RepairSummary(
        "1",
        repository.storage().root(),
        !writes(),
        rebuilt,
        endedClaims,
        told.lost().stream()
            .map(pit -> new RepairSummary.Lost(pit.pit(), pit.problem(), pit.reason()))
            .toList(),
        notices);
  }

  private void rebuildTable(
      Repository repository,
      String catalog,
      TableName table,
      List<TableManifest.State> states,
      PitsTold told) {
    ObjectKey key = Layout.tableManifest(catalog, table);
    List<TableManifest.State> all = new ArrayList<>(states);
    // What it says of a PIT that is lost or expired, nothing else says any more.
    read(repository.storage(), key, TableManifest.class).stream()
        .flatMap(before -> before.states().stream())
        .filter(state -> told.isGone(state.pit()))
        .forEach(all::add);
    rebuild(
        repository,
        key,
        new TableManifest(Documents.FORMAT_VERSION, table.database(), table.table(), all),
        Stale.REBUILT);
  }

  private void rebuildFromNewest(
      Repository repository, String catalog, PitManifest newest, PitsTold told) {
    new DerivedDocuments(repository)
        .deletedLists(newest)
        .forEach((key, document) -> rebuild(repository, key, document, told.ofNewest()));
    ObjectKey key = Layout.catalogMetadata(catalog);
    Optional<CatalogMetadata> before = read(repository.storage(), key, CatalogMetadata.class);
    if (before.isEmpty()) {
      notices.add("'%s' is lost; the next backup writes it.".formatted(repository.location(key)));
      return;
    }
    rebuild(
        repository,
        key,
        new CatalogMetadata(
            Documents.FORMAT_VERSION,
            catalog,
            before.get().kind(),
            before.get().properties(),
            newest.databases().stream().map(DatabaseEntry::name).toList()),
        told.ofNewest());
  }

  private void rebuildLastPit(Repository repository, PitId newest) {
    RepositoryManifest manifest = repository.manifest();
    if (!manifest.lastPit().equals(Optional.of(newest.timestamp()))) {
      rebuild(
          repository,
          Layout.repositoryManifest(),
          manifest.withLastPit(newest, repository.findReadable(newest).map(CommittedPit::sha256)),
          Stale.REBUILT);
    }
  }

  /** What becomes of a document that can be read and says something else. */
  enum Stale {
    REBUILT,
    LEFT
  }

  private void rebuild(Repository repository, ObjectKey key, Object document, Stale stale) {
    Storage storage = repository.storage();
    byte[] bytes = Documents.write(document);
    Optional<Problem> problem = problem(storage, key, document.getClass());
    boolean differs = !storage.read(key).filter(there -> Arrays.equals(there, bytes)).isPresent();
    if (problem.isEmpty() && (!differs || stale == Stale.LEFT)) {
      return;
    }
    rebuilt.add(new Rebuilt(key.value(), problem.orElse(Problem.STALE)));
    if (writes()) {
      storage.replace(key, bytes);
    }
  }

  private static Optional<Problem> problem(Storage storage, ObjectKey key, Class<?> type) {
    Optional<byte[]> bytes = storage.read(key);
    if (bytes.isEmpty()) {
      return Optional.of(Problem.MISSING);
    }
    return isReadable(storage, key, bytes.get(), type)
        ? Optional.empty()
        : Optional.of(Problem.DAMAGED);
  }

  private static <T> Optional<T> read(Storage storage, ObjectKey key, Class<T> type) {
    return storage
        .read(key)
        .filter(bytes -> isReadable(storage, key, bytes, type))
        .map(bytes -> Documents.read(type, bytes, Repository.location(storage, key)));
  }

  private static boolean isReadable(Storage storage, ObjectKey key, byte[] bytes, Class<?> type) {
    try {
      Documents.read(type, bytes, Repository.location(storage, key));
      return true;
    } catch (BcnException e) {
      if (e.code() != ErrorCode.DAMAGED) {
        throw e;
      }
      return false;
    }
  }
}
