package io.bcn.format;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where everything stands in a repository: the one place that builds object keys.
 *
 * <p>Folder names are object names, percent-encoded; one that is long, or has upper-case letters,
 * gets a piece of its hash behind a {@code ~}, so that two names never share a folder on a store
 * that folds case or cuts names. <i>Source</i>: "The tree" in the format document.
 */
public final class Layout {
  private static final int LONGEST_NAME = 120;
  private static final int LONGEST_BASE_NAME = 80;
  private static final String UNRESERVED =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

  /** Of a table's or a view's folder: those of which each folder is a PIT's. */
  private static final Set<String> PIT_FOLDERS =
      Set.of(TablePart.SNAPSHOT.folder(), TablePart.DELTA.folder(), "views");

  /** Where in a key begins what a PIT's folder holds. */
  private static final int WITHIN_PIT = 7;

  private Layout() {}

  public static ObjectKey repositoryManifest() {
    return new ObjectKey("manifest.json");
  }

  /** Above all objects but the repository manifest. */
  public static ObjectKey catalogs() {
    return new ObjectKey("catalogs");
  }

  public static ObjectKey catalog(String catalog) {
    return catalogs().resolve(folder(catalog));
  }

  /** The catalog of a folder's name; empty where the folder has a hash of it. */
  public static Optional<String> catalogOf(String folder) {
    if (folder.indexOf('~') >= 0) {
      return Optional.empty();
    }
    // Plus signs are not in folder names, and a percent sign always begins an escape.
    return Optional.of(URLDecoder.decode(folder, StandardCharsets.UTF_8))
        .filter(name -> folder(name).equals(folder));
  }

  public static ObjectKey catalogMetadata(String catalog) {
    return catalog(catalog).resolve("catalog_metadata.json");
  }

  public static ObjectKey deletedDatabases(String catalog) {
    return catalog(catalog).resolve("databases/.deleted_databases.json");
  }

  public static ObjectKey database(String catalog, DatabaseName database) {
    String encoded =
        database.levels().stream()
            .map(level -> encoded(level, ""))
            .collect(Collectors.joining("."));
    return catalog(catalog).resolve("databases/" + folder(encoded, database.toString()));
  }

  public static ObjectKey databaseMetadata(String catalog, DatabaseName database) {
    return database(catalog, database).resolve("database_metadata.json");
  }

  public static ObjectKey deletedTables(String catalog, DatabaseName database) {
    return database(catalog, database).resolve(".deleted_tables.json");
  }

  public static ObjectKey table(String catalog, TableName table) {
    return database(catalog, table.database()).resolve(folder(table.table()));
  }

  public static ObjectKey tableManifest(String catalog, TableName table) {
    return table(catalog, table).resolve("table_manifest.json");
  }

  /**
   * What one PIT added to a table: below {@code snapshots} the table's first, full backup, below
   * {@code deltas} later.
   */
  public static ObjectKey tablePit(String catalog, TableName table, PitId pit, TablePart part) {
    return table(catalog, table).resolve(part.folder() + "/" + pit);
  }

  /** The table's state within {@link #tablePit}. */
  public static ObjectKey tableState(ObjectKey tablePit) {
    return tablePit.resolve("table_state.json");
  }

  /** The folder of the inventory's parts within {@link #tablePit}. */
  public static ObjectKey inventory(ObjectKey tablePit) {
    return tablePit.resolve("inventory");
  }

  /** A view's metadata file, as the PIT stored it. */
  public static ObjectKey viewMetadata(
      String catalog, TableName view, PitId pit, String sourceLocation) {
    return object(table(catalog, view).resolve("views/" + pit), sourceLocation);
  }

  /**
   * A stored file's key within {@link #tablePit}: its base name, for people, and a hash of its
   * whole source location, in one of 256 folders, since HDFS limits how many files a folder may
   * hold.
   */
  public static ObjectKey object(ObjectKey tablePit, String sourceLocation) {
    String hash = Documents.sha256(sourceLocation.getBytes(StandardCharsets.UTF_8));
    String base = encoded(sourceLocation.substring(sourceLocation.lastIndexOf('/') + 1), ".=");
    String readable =
        base.length() <= LONGEST_BASE_NAME
            ? base
            : base.substring(base.length() - LONGEST_BASE_NAME);
    return tablePit.resolve(
        "objects/" + hash.substring(0, 2) + "/" + hash.substring(2, 26) + "-" + readable);
  }

  public static ObjectKey pitManifests(String catalog) {
    return catalog(catalog).resolve("pit_manifests");
  }

  public static ObjectKey pitManifest(String catalog, PitId pit) {
    return pitManifests(catalog).resolve(pit + "/manifest.json");
  }

  public static ObjectKey inProgress(String catalog, PitId pit) {
    return pitManifests(catalog).resolve(pit + "/.in_progress");
  }

  /** Somebody's wish that the PIT stays. */
  public static ObjectKey hold(String catalog, PitId pit) {
    return pitManifests(catalog).resolve(pit + "/hold.json");
  }

  /** The manifest of an expired PIT, until what only it reached is garbage. */
  public static ObjectKey expiredManifest(String catalog, PitId pit) {
    return pitManifests(catalog).resolve(pit + "/expired_manifest.json");
  }

  /** Which tables of the PIT are lost. */
  public static ObjectKey damage(String catalog, PitId pit) {
    return pitManifests(catalog).resolve(pit + "/damage.json");
  }

  /** Above all databases, and so above everything that backups stored of tables and views. */
  public static ObjectKey databases(String catalog) {
    return catalog(catalog).resolve("databases");
  }

  /** The PIT whose backup stored an object of a table or a view; empty for any other object. */
  public static Optional<PitId> storedBy(ObjectKey key) {
    List<String> parts = parts(key);
    boolean ofTable =
        parts.size() > WITHIN_PIT
            && parts.get(0).equals("catalogs")
            && parts.get(2).equals("databases")
            && PIT_FOLDERS.contains(parts.get(WITHIN_PIT - 2));
    return ofTable ? PitId.tryParse(parts.get(WITHIN_PIT - 1)) : Optional.empty();
  }

  /** Whether the object stands where parts of inventories do. */
  public static boolean isInventoryPart(ObjectKey key) {
    return storedBy(key).isPresent() && parts(key).get(WITHIN_PIT).equals("inventory");
  }

  private static List<String> parts(ObjectKey key) {
    return List.of(key.value().split("/", -1));
  }

  private static String folder(String name) {
    return folder(encoded(name, ""), name);
  }

  private static String folder(String encoded, String name) {
    boolean folds = !name.equals(name.toLowerCase(Locale.ROOT));
    if (!folds && encoded.length() <= LONGEST_NAME) {
      return encoded;
    }
    String hash = Documents.sha256(name.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    return cut(encoded) + "~" + hash;
  }

  /** The beginning, never ending in half of an escape: some clients refuse such an address. */
  private static String cut(String encoded) {
    if (encoded.length() <= LONGEST_NAME) {
      return encoded;
    }
    int escape = encoded.lastIndexOf('%', LONGEST_NAME - 1);
    boolean halved = escape >= 0 && escape > LONGEST_NAME - 3;
    return encoded.substring(0, halved ? escape : LONGEST_NAME);
  }

  private static String encoded(String name, String alsoPlain) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (UNRESERVED.indexOf(c) >= 0 || alsoPlain.indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append('%').append("%02X".formatted((int) c));
      }
    }
    return encoded.toString();
  }
}
