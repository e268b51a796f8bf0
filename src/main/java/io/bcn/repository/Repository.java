package io.bcn.repository;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Documents;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitDocument;
import io.bcn.format.PitId;
import io.bcn.format.RepositoryManifest;
import io.bcn.format.Scope;
import io.bcn.format.TableState;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import java.time.Instant;
import java.time.format.DateTimeParseException;
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

  /** The repository at the storage's root, or empty where there is none. */
  public static Optional<Repository> find(Storage storage) {
    ObjectKey key = Layout.repositoryManifest();
    return storage
        .read(key)
        .map(bytes -> Documents.read(RepositoryManifest.class, bytes, location(storage, key)))
        .map(manifest -> new Repository(storage, manifest));
  }

  /**
   * The repository at the storage's root. <i>Fails</i> with REPOSITORY_MISSING where there is none.
   */
  public static Repository open(Storage storage) {
    return find(storage)
        .orElseThrow(
            () ->
                new BcnException(
                    ErrorCode.REPOSITORY_MISSING,
                    "Cannot open repository '%s': there is no manifest.json in it"
                        .formatted(storage.root()),
                    "Check --repo; the first 'bcn backup --repo … --catalog …' creates a repository."));
  }

  /**
   * Creates the repository and locks its granularity and scope; where another process was first,
   * opens that one.
   */
  public static Repository create(Storage storage, Scope scope, Instant now) {
    RepositoryManifest manifest =
        new RepositoryManifest(
            Documents.FORMAT_VERSION,
            Optional.of(UUID.randomUUID().toString()),
            scope.granularity(),
            scope,
            now.truncatedTo(ChronoUnit.MILLIS),
            Optional.empty());
    if (storage.create(Layout.repositoryManifest(), Documents.write(manifest))) {
      return new Repository(storage, manifest);
    }
    return open(storage).checked(scope);
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

  public Storage storage() {
    return storage;
  }

  public RepositoryManifest manifest() {
    return manifest;
  }

  public Scope scope() {
    return manifest.scope();
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

  /** The id in {@code …/pit_manifests/<pit>/<document>}. */
  static Optional<PitId> pitOf(ObjectKey document) {
    String[] parts = document.value().split("/", -1);
    return parts.length < 2 ? Optional.empty() : PitId.tryParse(parts[parts.length - 2]);
  }

  /** All committed PITs, newest first; each manifest is read when it is reached. */
  public Stream<CommittedPit> committed() {
    return candidates().stream().flatMap(pit -> find(pit).stream());
  }

  /** PITs newer than the given one that were given up: what they copied may be used again. */
  public List<PitId> abandonedSince(Optional<PitId> newestCommitted) {
    return candidates().stream()
        .takeWhile(pit -> newestCommitted.map(newest -> pit.compareTo(newest) > 0).orElse(true))
        .filter(pit -> find(pit).isEmpty())
        .toList();
  }

  /** The committed PIT of that id, or empty where there is none, or it was abandoned. */
  public Optional<CommittedPit> find(PitId pit) {
    ObjectKey key = Layout.pitManifest(scope().catalog(), pit);
    Optional<CommittedPit> found =
        storage
            .read(key)
            .map(bytes -> PitDocument.read(bytes, location(key)))
            .flatMap(
                document ->
                    document
                        .committed()
                        .map(manifest -> new CommittedPit(manifest, document.sha256())));
    found
        .filter(committed -> !committed.pit().equals(pit))
        .ifPresent(
            other -> {
              throw damaged(location(key), "it is the manifest of PIT " + other.pit());
            });
    return found;
  }

  /**
   * The PIT that the user means: an id as printed, an ISO-8601 instant (the newest complete PIT at
   * or before it), or {@code latest} (the newest complete one). <i>Fails</i> with NOT_FOUND, or
   * USAGE where the text is none of these.
   */
  public CommittedPit select(String text) {
    if (text.equals("latest")) {
      return newestComplete(Instant.MAX)
          .orElseThrow(() -> notFound(text, "the repository has no complete PIT yet"));
    }
    Optional<PitId> id = PitId.tryParse(text);
    if (id.isPresent()) {
      return find(id.get()).orElseThrow(() -> notFound(text, "no PIT has that id"));
    }
    try {
      Instant at = Instant.parse(text);
      return newestComplete(at).orElseThrow(() -> notFound(text, "no complete PIT is that old"));
    } catch (DateTimeParseException e) {
      throw new BcnException(
          ErrorCode.USAGE,
          "Cannot use PIT '%s': it is no PIT id, no ISO-8601 instant and not 'latest'"
              .formatted(text),
          "Give an id as 'bcn describe' prints it, or an instant like 2025-10-17T10:00:00Z.",
          e);
    }
  }

  private Optional<CommittedPit> newestComplete(Instant atOrBefore) {
    return candidates().stream()
        .filter(pit -> !pit.timestamp().isAfter(atOrBefore))
        .flatMap(pit -> find(pit).stream())
        .filter(pit -> pit.manifest().complete())
        .findFirst();
  }

  private BcnException notFound(String pit, String reason) {
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot find PIT '%s' in repository '%s': %s".formatted(pit, storage.root(), reason),
        "'bcn describe --repo %s' lists the PITs.".formatted(storage.root()));
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

  static BcnException damaged(String location, String reason) {
    return new BcnException(
        ErrorCode.DAMAGED,
        "Cannot read '%s': %s".formatted(location, reason),
        "Restore an earlier PIT, or leave the table out with --exclude; 'bcn verify' lists all damage.");
  }

  static String location(Storage storage, ObjectKey key) {
    return storage.root() + "/" + key;
  }
}
