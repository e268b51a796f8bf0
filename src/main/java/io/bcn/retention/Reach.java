package io.bcn.retention;

import io.bcn.errors.BcnException;
import io.bcn.format.Documents;
import io.bcn.format.FileKind;
import io.bcn.format.InventoryRef;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitDocument;
import io.bcn.format.PitId;
import io.bcn.format.PitManifest;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import io.bcn.format.ViewEntry;
import io.bcn.repository.InventoryReader;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * What PITs reach: PIT manifests name table states, these name inventory parts, these name files.
 * Read on executors, each document once; each is checked against the digest under which it is
 * named.
 *
 * <p>Besides, every object key in a manifest or a state is reached, also one in a field that this
 * program does not know: an older program must not remove what a newer one has added within the
 * format's version.
 *
 * <p><i>Fails</i>, when it is evaluated, with DAMAGED where a document can't be read: what it
 * reaches can't be known then.
 */
final class Reach {
  private final JavaSparkContext executors;
  private final Storage storage;
  private final String catalog;

  Reach(SparkSession spark, Repository repository) {
    this.executors = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.storage = repository.storage();
    this.catalog = repository.scope().catalog();
  }

  /**
   * An object that a document names.
   *
   * @param by the PIT's id, or the key of the document
   * @param kind what it is, for people
   * @param location where the source has it; empty for what BCN itself made
   * @param sha256 empty where the document does not say it
   */
  record Named(String by, String key, String kind, String location, String sha256)
      implements Serializable {
    static final String STATE = "TABLE_STATE";
    static final String PART = "INVENTORY";
    static final String VIEW = "VIEW_METADATA";
    static final String OTHER = "OTHER";

    /**
     * Of the names that one object has, the one that tells most comes first. The metadata file of
     * one PIT is in the metadata log of the next.
     */
    static final Comparator<Named> MOST_TELLING_FIRST =
        Comparator.comparing((Named name) -> name.is(OTHER))
            .thenComparing(Named::kind)
            .thenComparing(Named::location);

    boolean is(String what) {
      return kind.equals(what);
    }

    ObjectRef ref() {
      return new ObjectRef(new ObjectKey(key), sha256);
    }
  }

  /** What the PITs' manifests name. */
  JavaRDD<Named> ofPits(List<PitId> pits) {
    Storage from = storage;
    String of = catalog;
    return executors
        .parallelize(pits, slices(pits.size()))
        .flatMap(
            pit ->
                manifest(from, of, pit).stream()
                    .flatMap(manifest -> named(manifest).stream())
                    .iterator());
  }

  /** What they name of one table or view. */
  JavaRDD<Named> ofPits(List<PitId> pits, TableName object) {
    Storage from = storage;
    String of = catalog;
    return executors
        .parallelize(pits, slices(pits.size()))
        .flatMap(
            pit ->
                manifest(from, of, pit).stream()
                    .flatMap(manifest -> named(manifest.committed(), object).stream())
                    .iterator());
  }

  /** What the states among these name. */
  JavaRDD<Named> ofStates(JavaRDD<Named> named) {
    Storage from = storage;
    return once(named.filter(object -> object.is(Named.STATE)))
        .flatMap(state -> named(from, state).iterator());
  }

  /** What the inventory parts among these name. */
  JavaRDD<Named> ofParts(JavaRDD<Named> named) {
    Storage from = storage;
    return once(named.filter(object -> object.is(Named.PART)))
        .flatMap(part -> files(from, part).iterator());
  }

  /** A document that several name is read once. */
  private JavaRDD<Named> once(JavaRDD<Named> named) {
    return named
        .map(object -> new Named("", object.key(), object.kind(), "", object.sha256()))
        .distinct(executors.defaultParallelism() * 4);
  }

  private int slices(int items) {
    return Math.max(1, Math.min(items, executors.defaultParallelism() * 4));
  }

  private record Manifest(PitManifest committed, Set<String> keys) {}

  /** Of an expired PIT its copy; empty where that is gone: then it reaches nothing any more. */
  private static Optional<Manifest> manifest(Storage storage, String catalog, PitId pit) {
    ObjectKey key = Layout.pitManifest(catalog, pit);
    String location = storage.root() + "/" + key;
    byte[] bytes = storage.read(key).orElseThrow(() -> gone(location));
    PitDocument document = PitDocument.read(bytes, location);
    if (document.expired().isPresent()) {
      String sha256 = document.expired().get().manifestSha256();
      return storage
          .read(Layout.expiredManifest(catalog, pit))
          .filter(copy -> Documents.sha256(copy).equals(sha256))
          .map(copy -> manifest(copy, location));
    }
    return Optional.of(manifest(bytes, location));
  }

  private static Manifest manifest(byte[] bytes, String location) {
    return new Manifest(
        PitDocument.read(bytes, location).committed().orElseThrow(() -> gone(location)),
        Documents.keys(bytes, location));
  }

  private static List<Named> named(Manifest manifest) {
    String pit = manifest.committed().pit().toString();
    List<Named> named = new ArrayList<>();
    manifest.committed().tables().forEach(table -> named.addAll(of(pit, table)));
    manifest.committed().views().forEach(view -> named.addAll(of(pit, view)));
    Set<String> others = new TreeSet<>(manifest.keys());
    named.forEach(known -> others.remove(known.key()));
    others.forEach(other -> named.add(new Named(pit, other, Named.OTHER, "", "")));
    return named;
  }

  private static List<Named> named(PitManifest manifest, TableName object) {
    String pit = manifest.pit().toString();
    List<Named> named = new ArrayList<>();
    manifest.table(object).ifPresent(table -> named.addAll(of(pit, table)));
    manifest.view(object).ifPresent(view -> named.addAll(of(pit, view)));
    return named;
  }

  private static List<Named> of(String pit, TableEntry table) {
    return table.state().map(state -> of(pit, state, Named.STATE)).stream().toList();
  }

  private static List<Named> of(String pit, ViewEntry view) {
    return view
        .metadata()
        .map(
            file ->
                new Named(
                    pit, file.key().value(), Named.VIEW, view.metadataLocation(), file.sha256()))
        .stream()
        .toList();
  }

  private static List<Named> named(Storage storage, Named state) {
    byte[] bytes = Repository.bytes(storage, state.ref());
    String location = storage.root() + "/" + state.key();
    List<Named> named = new ArrayList<>();
    Set<String> others = Documents.keys(bytes, location);
    TableState read = Documents.read(TableState.class, bytes, location);
    named.add(
        new Named(
            state.key(),
            read.metadata().key().value(),
            FileKind.METADATA.name(),
            read.metadataLocation(),
            read.metadata().sha256()));
    for (InventoryRef part : read.inventories()) {
      named.add(of(state.key(), new ObjectRef(part.key(), part.sha256()), Named.PART));
    }
    named.forEach(known -> others.remove(known.key()));
    others.forEach(other -> named.add(new Named(state.key(), other, Named.OTHER, "", "")));
    return named;
  }

  private static List<Named> files(Storage storage, Named part) {
    List<Named> files = new ArrayList<>();
    InventoryReader.parse(
        Repository.bytes(storage, part.ref()),
        storage.root() + "/" + part.key(),
        file ->
            files.add(
                new Named(
                    part.key(),
                    file.key().value(),
                    file.kind().name(),
                    file.location(),
                    file.sha256())));
    return files;
  }

  private static Named of(String by, ObjectRef ref, String kind) {
    return new Named(by, ref.key().value(), kind, "", ref.sha256());
  }

  /** The driver has just seen it. */
  private static BcnException gone(String location) {
    return Repository.damaged(location, "it is missing");
  }
}
