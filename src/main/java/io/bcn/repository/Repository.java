package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Documents;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitDocument;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.RepositoryManifest;
import io.bcn.format.Scope;
import io.bcn.format.TableState;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A repository that exists: its fixed scope, and its committed PITs.
 *
 * <p>A listing names candidates only; a PIT exists because its manifest can be read (promise 2).
 */
public final class Repository {
  private final Storage storage;
  private final RepositoryManifest manifest;

  private Repository(Storage storage, RepositoryManifest manifest) {
    this.storage = storage;
    this.manifest = manifest;
  }

  /**
   * The repository at the storage's root, or empty where there is none.
   *
   * <p><i>Fails</i> with DAMAGED where there is all of one but its manifest: a new manifest might
   * lock it to another scope.
   */
  public static Optional<Repository> find(Storage storage) {
    ObjectKey key = Layout.repositoryManifest();
    Optional<byte[]> bytes = storage.read(key);
    boolean holdsObjects = bytes.isEmpty() && holdsObjects(storage);
    if (holdsObjects) {
      // Another process may just have created it: its objects come after it.
      bytes = storage.read(key);
    }
    if (bytes.isEmpty() && holdsObjects) {
      throw new BcnException(
          ErrorCode.DAMAGED,
          "Cannot read '%s': it is missing, and there are objects of a repository"
              .formatted(location(storage, key)),
          "'bcn repair' rebuilds it from the PITs.");
    }
    return bytes
        .map(present -> Documents.read(RepositoryManifest.class, present, location(storage, key)))
        .map(manifest -> new Repository(storage, manifest));
  }

  private static boolean holdsObjects(Storage storage) {
    try (Stream<ObjectStat> objects = storage.list(Layout.catalogs())) {
      return objects.findAny().isPresent();
    }
  }

  /**
   * The repository at the storage's root. <i>Fails</i> with REPOSITORY_MISSING where there is none.
   */
  public static Repository open(Storage storage) {
    return find(storage).orElseThrow(() -> missing(storage));
  }

  static BcnException missing(Storage storage) {
    return new BcnException(
        ErrorCode.REPOSITORY_MISSING,
        "Cannot open repository '%s': there is no manifest.json in it".formatted(storage.root()),
        "Check --repo; the first 'bcn backup --repo … --catalog …' creates a repository.");
  }

  /** One whose manifest is not read from the storage. */
  static Repository of(Storage storage, RepositoryManifest manifest) {
    return new Repository(storage, manifest);
  }

  /**
   * Creates the repository and locks its granularity and scope; where another process was first,
   * opens that one.
   */
  public static Repository create(Storage storage, Scope scope, Instant now) {
    return create(storage, scope, TableState.COVERS_ALL, now);
  }

  /** The same for partial backups: the coverage is locked as well. */
  public static Repository create(Storage storage, Scope scope, String coverage, Instant now) {
    RepositoryManifest manifest =
        new RepositoryManifest(
            Documents.FORMAT_VERSION,
            Optional.of(UUID.randomUUID().toString()),
            scope.granularity(),
            scope,
            coverage,
            now.truncatedTo(ChronoUnit.MILLIS),
            Optional.empty(),
            Optional.empty());
    storage.proveExclusiveCreates();
    if (storage.create(Layout.repositoryManifest(), Documents.write(manifest))) {
      return new Repository(storage, manifest);
    }
    return open(storage).checked(scope).checkedCoverage(coverage);
  }

  /** This repository, if it has that scope. <i>Fails</i> with SCOPE_MISMATCH, naming both. */
  public Repository checked(Scope requested) {
    if (requested.equals(scope())) {
      return this;
    }
    throw new BcnException(
        ErrorCode.SCOPE_MISMATCH,
        "Cannot back up %s into repository '%s': it is locked to %s"
            .formatted(requested, storage.root(), scope()),
        "Leave --catalog, --database and --table out to use the repository's own scope, or give another --repo.");
  }

  /**
   * This repository, if its PITs cover these rows. <i>Fails</i> with SCOPE_MISMATCH, naming both.
   */
  public Repository checkedCoverage(String requested) {
    if (requested.equals(coverage())) {
      return this;
    }
    throw new BcnException(
        ErrorCode.SCOPE_MISMATCH,
        "Cannot back up %s into repository '%s': it is locked to %s of %s"
            .formatted(rows(requested), storage.root(), rows(coverage()), scope()),
        "Leave --where out to use the repository's own coverage, or give another --repo.");
  }

  private static String rows(String coverage) {
    return coverage.equals(TableState.COVERS_ALL) ? "all rows" : "the rows where " + coverage;
  }

  public Storage storage() {
    return storage;
  }

  public RepositoryManifest manifest() {
    return manifest;
  }

  public Scope scope() {
    return manifest.scope();
  }

  /** {@code all}, or the filter of the partial backups that it holds. */
  public String coverage() {
    return manifest.coverage();
  }

  /** A location below the root, for messages. */
  public String location(ObjectKey key) {
    return location(storage, key);
  }

  /** Ids under which something stands at the commit's key, newest first. Some may be abandoned. */
  List<PitId> candidates() {
    try (Stream<ObjectStat> objects = storage.list(Layout.pitManifests(scope().catalog()))) {
      return objects
          .map(ObjectStat::key)
          .filter(key -> key.name().equals("manifest.json"))
          .flatMap(key -> pitOf(key).stream())
          .sorted(Comparator.reverseOrder())
          .toList();
    }
  }

  /** The newest id that a PIT, an abandoned one or a claim has. */
  Optional<PitId> newestTaken() {
    try (Stream<ObjectStat> objects = storage.list(Layout.pitManifests(scope().catalog()))) {
      return objects.flatMap(object -> pitOf(object.key()).stream()).max(Comparator.naturalOrder());
    }
  }

  /** The id in {@code …/pit_manifests/<pit>/<document>}. */
  static Optional<PitId> pitOf(ObjectKey document) {
    String[] parts = document.value().split("/", -1);
    return parts.length < 2 ? Optional.empty() : PitId.tryParse(parts[parts.length - 2]);
  }

  /**
   * All PITs that were committed, newest first, the lost and the expired ones among them; each
   * manifest is read when it is reached.
   */
  public Stream<KnownPit> history() {
    return KnownPits.all(this);
  }

  /** The same without those that were expired. */
  public Stream<KnownPit> pits() {
    return history().filter(pit -> !(pit instanceof ExpiredPit));
  }

  /** All committed PITs that can be read, newest first. */
  public Stream<CommittedPit> readable() {
    return pits().filter(CommittedPit.class::isInstance).map(CommittedPit.class::cast);
  }

  /** <i>Fails</i> with FORMAT_TOO_NEW where a newer program wrote the newest PIT. */
  public void checkVersion() {
    var unused = readable().findFirst();
  }

  /** All committed PITs that are lost, newest first. */
  public List<LostPit> lost() {
    return pits().filter(LostPit.class::isInstance).map(LostPit.class::cast).toList();
  }

  /** Committed PITs later than the one and earlier than the other, oldest first. */
  List<CommittedPit> committedBetween(Optional<PitId> after, PitId before) {
    return candidates().stream()
        .filter(pit -> pit.compareTo(before) < 0)
        .takeWhile(pit -> after.map(known -> pit.compareTo(known) > 0).orElse(true))
        .sorted()
        .flatMap(pit -> findReadable(pit).stream())
        .toList();
  }

  /**
   * PITs newer than the given one that were given up, or that are lost: what they copied may be
   * used again.
   */
  public List<PitId> abandonedSince(Optional<PitId> newestCommitted) {
    return candidates().stream()
        .takeWhile(pit -> newestCommitted.map(newest -> pit.compareTo(newest) > 0).orElse(true))
        .filter(pit -> findReadable(pit).isEmpty())
        .toList();
  }

  /** Like {@link #find}, but a damaged PIT counts as none. */
  public Optional<CommittedPit> findReadable(PitId pit) {
    return KnownPits.lookUp(this, pit)
        .filter(CommittedPit.class::isInstance)
        .map(CommittedPit.class::cast);
  }

  /** The committed PIT of that id, or empty where there is none, or it was abandoned or expired. */
  public Optional<CommittedPit> find(PitId pit) {
    return known(pit).filter(CommittedPit.class::isInstance).map(CommittedPit.class::cast);
  }

  /** What stands under the id, if it is or was a PIT. <i>Fails</i> with DAMAGED. */
  Optional<KnownPit> known(PitId pit) {
    ObjectKey key = Layout.pitManifest(scope().catalog(), pit);
    Optional<KnownPit> found =
        storage.read(key).flatMap(bytes -> known(PitDocument.read(bytes, location(key))));
    found
        .filter(other -> !other.pit().equals(pit))
        .ifPresent(
            other -> {
              throw damaged(location(key), "it is the manifest of PIT " + other.pit());
            });
    found
        .filter(CommittedPit.class::isInstance)
        .map(CommittedPit.class::cast)
        .filter(last -> !manifest.digestOf(pit).orElse(last.sha256()).equals(last.sha256()))
        .ifPresent(
            changed -> {
              throw damaged(
                  location(key),
                  "its sha256 is not the one that '%s' has of the last PIT"
                      .formatted(location(Layout.repositoryManifest())));
            });
    return found;
  }

  private static Optional<KnownPit> known(PitDocument document) {
    return document
        .committed()
        .<KnownPit>map(manifest -> new CommittedPit(manifest, document.sha256()))
        .or(() -> document.expired().map(ExpiredPit::new));
  }

  /**
   * The PIT that the user means: an id as printed, an ISO-8601 instant (the newest complete PIT at
   * or before it), or {@code latest} (the newest complete one).
   *
   * <p><i>Fails</i> with NOT_FOUND, with USAGE where the text is none of these, and with DAMAGED
   * where that PIT is lost, or one that may be newer than the one found.
   */
  public CommittedPit select(String text) {
    return new PitChoice(this, text).choose();
  }

  /**
   * Checks that the PIT's manifest is the one that the next PIT was built on (promise 10).
   * <i>Fails</i> with DAMAGED.
   */
  public void checkManifest(CommittedPit pit) {
    if (!recordedDigest(pit.pit()).orElse(pit.sha256()).equals(pit.sha256())) {
      throw new BcnException(
          ErrorCode.DAMAGED,
          "Cannot use PIT %s: '%s' is not the manifest that the next PIT was built on (sha256 differs)"
              .formatted(pit.pit(), location(Layout.pitManifest(scope().catalog(), pit.pit()))),
          "Put it back from a copy, with 'bcn repair --objects --from COPY', or choose another PIT.");
    }
  }

  /**
   * The digest of the PIT's manifest as the next one has it; of the last PIT, as the repository
   * manifest has it.
   */
  Optional<String> recordedDigest(PitId pit) {
    List<PitId> later = candidates().stream().filter(id -> id.compareTo(pit) > 0).toList();
    return KnownPits.oldestReadable(this, later)
        .flatMap(KnownPit::parent)
        .filter(parent -> parent.pit().equals(pit))
        .map(PitManifest.Parent::sha256)
        .or(() -> manifest.digestOf(pit));
  }

  /**
   * A table's state, checked against its digest. <i>Fails</i> with DAMAGED where it is gone or was
   * changed.
   */
  public TableState state(ObjectRef ref) {
    return state(storage, ref);
  }

  /** The same for executors, which have the storage only. */
  public static TableState state(Storage storage, ObjectRef ref) {
    return Documents.read(TableState.class, bytes(storage, ref), location(storage, ref.key()));
  }

  /** An object's bytes, checked against its digest (promise 5). <i>Fails</i> with DAMAGED. */
  public static byte[] bytes(Storage storage, ObjectRef ref) {
    String location = location(storage, ref.key());
    byte[] bytes = storage.read(ref.key()).orElseThrow(() -> damaged(location, "it is missing"));
    if (!Documents.sha256(bytes).equals(ref.sha256())) {
      throw damaged(location, "its bytes are not those that were stored (sha256 differs)");
    }
    return bytes;
  }

  /** What a reader says of an object that is not as it was stored. */
  public static BcnException damaged(String location, String reason) {
    return new BcnException(
        ErrorCode.DAMAGED,
        "Cannot read '%s': %s".formatted(location, reason),
        "Restore an earlier PIT, or leave the table out with --exclude; 'bcn verify' lists all damage.");
  }

  static String location(Storage storage, ObjectKey key) {
    return storage.root() + "/" + key;
  }
}
