package io.bcn.verify;

import io.bcn.errors.BcnException;
import io.bcn.format.Documents;
import io.bcn.format.InventoryRef;
import io.bcn.format.Layout;
import io.bcn.format.ObjectRef;
import io.bcn.format.PitDocument;
import io.bcn.format.PitManifest;
import io.bcn.format.StoredFile;
import io.bcn.format.TableState;
import io.bcn.repository.InventoryReader;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Reads the documents that name objects, on executors: PIT manifests name table states, these name
 * inventory parts, these name files. A document that is damaged is told as such; what it would name
 * can't be known.
 */
record NamingDocuments(Storage storage, String catalog, Subset subset) implements Serializable {

  /**
   * What the PIT's manifest names; nothing where it was expired meanwhile. <i>Fails</i> with
   * DAMAGED where it is not what it just was.
   */
  Iterator<Told> inManifest(PitRef pit) {
    ObjectRef ref = new ObjectRef(Layout.pitManifest(catalog, pit.pit()), pit.sha256());
    String location = location(ref.key().value());
    boolean expired =
        storage.read(ref.key()).stream()
            .anyMatch(bytes -> PitDocument.read(bytes, location).expired().isPresent());
    if (expired) {
      return Collections.emptyIterator();
    }
    PitManifest manifest =
        PitDocument.read(Repository.bytes(storage, ref), location).committed().orElseThrow();
    String by = pit.pit().toString();
    List<Told> named = new ArrayList<>();
    manifest
        .tables()
        .forEach(
            table ->
                table.state().stream()
                    .map(
                        state ->
                            Expected.document(
                                by, table.tableName().toString(), state, Expected.STATE, ""))
                    .forEach(named::add));
    manifest
        .views()
        .forEach(
            view ->
                view.metadata().stream()
                    .map(
                        file ->
                            Expected.document(
                                by,
                                view.viewName().toString(),
                                file,
                                Expected.VIEW,
                                view.metadataLocation()))
                    .forEach(named::add));
    return named.iterator();
  }

  /** What the state or the part names, or how it is damaged. */
  Iterator<Told> in(Expected document) {
    List<Told> told = new ArrayList<>();
    try {
      Optional<byte[]> bytes = storage.read(document.ref().key());
      Optional<Damage> damage = Look.atDocument(storage, document, bytes);
      if (damage.isPresent()) {
        return List.<Told>of(damage.get()).iterator();
      }
      if (document.is(Expected.STATE)) {
        addNamedByState(document, bytes.orElseThrow(), told);
      } else {
        addNamedByPart(document, bytes.orElseThrow(), told);
      }
    } catch (BcnException e) {
      return List.<Told>of(Damage.unreadable(document.key(), document.sha256(), e)).iterator();
    }
    return told.iterator();
  }

  private void addNamedByState(Expected document, byte[] bytes, List<Told> told) {
    TableState state = Documents.read(TableState.class, bytes, location(document.key()));
    told.add(
        Expected.document(
            document.id(), "", state.metadata(), "METADATA", state.metadataLocation()));
    for (InventoryRef part : state.inventories()) {
      ObjectRef ref = new ObjectRef(part.key(), part.sha256());
      told.add(Expected.document(document.id(), "", ref, Expected.PART, ""));
    }
  }

  private void addNamedByPart(Expected document, byte[] bytes, List<Told> told) {
    InventoryReader.parse(
        bytes,
        location(document.key()),
        file -> {
          if (subset.has(file.key().value())) {
            told.add(expected(document.id(), file));
          }
        });
  }

  private static Expected expected(String by, StoredFile file) {
    return new Expected(
        by,
        "",
        file.key().value(),
        file.kind().name(),
        file.location(),
        file.lengthBytes(),
        file.sha256());
  }

  private String location(String key) {
    return storage.root() + "/" + key;
  }
}
