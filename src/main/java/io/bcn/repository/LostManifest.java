package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.Documents;
import io.bcn.format.Granularity;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest.DatabaseEntry;
import io.bcn.format.RepositoryManifest;
import io.bcn.format.Scope;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A repository manifest that is lost, from what the PITs hold.
 *
 * <p>Two databases in the PITs mean a catalog. One alone may be all of a catalog, the database of a
 * repository or hold its one table: there the user has to say it.
 */
final class LostManifest {
  static final List<String> NOTICES =
      List.of(
          "The repository has a new id, and the time of its oldest PIT for the time of its creation.");

  private final Storage storage;
  private final Optional<Scope> given;
  private final Set<DatabaseName> databases = new TreeSet<>();
  private final Set<TableName> tables = new TreeSet<>();
  private final List<ObjectRef> states = new ArrayList<>();
  private final List<Instant> times = new ArrayList<>();

  LostManifest(Storage storage, Optional<Scope> given) {
    this.storage = storage;
    this.given = given;
  }

  /** <i>Fails</i> with REPOSITORY_MISSING where there is nothing of a repository. */
  RepositoryManifest rebuilt(Clock clock) {
    String catalog = given.map(Scope::catalog).orElseGet(this::catalog);
    Scope whole = Scope.ofCatalog(catalog);
    Repository pits = Repository.of(storage, manifest(whole, clock.instant()));
    look(pits);
    Scope scope = given.map(this::checked).orElseGet(() -> derived(whole));
    Instant created = times.stream().min(Instant::compareTo).orElseGet(clock::instant);
    RepositoryManifest manifest = manifest(scope, created);
    return times.stream()
        .max(Instant::compareTo)
        .map(PitId::new)
        .map(
            newest ->
                manifest.withLastPit(newest, pits.findReadable(newest).map(CommittedPit::sha256)))
        .orElse(manifest);
  }

  /** What the stored states cover; all of them the same, since it is locked with the scope. */
  private String coverage(Scope scope) {
    return scope.granularity() == Granularity.TABLE
        ? states.stream()
            .findFirst()
            .map(state -> Repository.state(storage, state).coverage())
            .orElse(TableState.COVERS_ALL)
        : TableState.COVERS_ALL;
  }

  private RepositoryManifest manifest(Scope scope, Instant created) {
    return new RepositoryManifest(
        Documents.FORMAT_VERSION,
        Optional.of(UUID.randomUUID().toString()),
        scope.granularity(),
        scope,
        coverage(scope),
        created.truncatedTo(ChronoUnit.MILLIS),
        Optional.empty(),
        Optional.empty());
  }

  private void look(Repository repository) {
    repository
        .pits()
        .forEach(
            pit -> {
              times.add(pit.pit().timestamp());
              if (pit instanceof CommittedPit committed) {
                committed.manifest().databases().stream()
                    .map(DatabaseEntry::name)
                    .forEach(databases::add);
                committed.manifest().tables().stream()
                    .map(TableEntry::tableName)
                    .forEach(tables::add);
                committed.manifest().tables().stream()
                    .flatMap(table -> table.state().stream())
                    .limit(1)
                    .forEach(states::add);
              }
            });
  }

  /** The catalog's name is its folder's, unless the name was long or had upper-case letters. */
  private String catalog() {
    try (Stream<ObjectStat> objects = storage.list(Layout.catalogs())) {
      ObjectKey any =
          objects.map(ObjectStat::key).findAny().orElseThrow(() -> Repository.missing(storage));
      String folder = any.value().split("/", -1)[1];
      return Layout.catalogOf(folder).orElseThrow(() -> ambiguous("its catalog's name is hashed"));
    }
  }

  private Scope derived(Scope whole) {
    if (databases.size() > 1) {
      return whole;
    }
    throw ambiguous(
        databases.isEmpty()
            ? "no PIT can be read"
            : "all PITs hold the one database '%s'".formatted(databases.iterator().next()));
  }

  private Scope checked(Scope scope) {
    boolean fits =
        scope.tableName().map(table -> tables.stream().allMatch(table::equals)).orElse(true)
            && scope.database().map(name -> databases.stream().allMatch(name::equals)).orElse(true);
    if (fits) {
      return scope;
    }
    throw new BcnException(
        ErrorCode.SCOPE_MISMATCH,
        "Cannot lock repository '%s' to %s: its PITs hold more than that"
            .formatted(storage.root(), scope),
        "Give the scope that its first backup had.");
  }

  private BcnException ambiguous(String reason) {
    return new BcnException(
        ErrorCode.USAGE,
        "Cannot rebuild the manifest of repository '%s': %s, which does not tell its scope"
            .formatted(storage.root(), reason),
        "Give the scope of its first backup: --catalog, and --database and --table where it had them.");
  }
}
