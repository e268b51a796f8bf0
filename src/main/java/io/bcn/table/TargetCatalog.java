package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import io.bcn.format.TableState;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.apache.iceberg.types.Types;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A catalog to restore into: where new tables go, and how they appear.
 *
 * <p>Placing creates nothing. Registering comes last, when all the files of a table are there.
 * <i>Fails</i> with a {@link BcnException} without secrets.
 */
public final class TargetCatalog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TargetCatalog.class);
  private static final String LOCATION = "location";
  private static final Schema ANY_SCHEMA =
      new Schema(Types.NestedField.optional(1, "any", Types.IntegerType.get()));

  private final IcebergCatalog catalog;
  private final FileIos.Collecting fileIos = new FileIos.Collecting();
  private final Map<DatabaseName, Boolean> databasesThere = new ConcurrentHashMap<>();
  private Optional<LiveTables> live = Optional.empty();

  private TargetCatalog(IcebergCatalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Opens it as {@link IcebergCatalog#open} does; a JDBC catalog gets its tables if it has none
   * yet.
   */
  public static TargetCatalog open(Map<String, String> sparkConf, String name) {
    return new TargetCatalog(IcebergCatalog.openForWriting(sparkConf, name));
  }

  /** For reading what is there. */
  public IcebergCatalog catalog() {
    return catalog;
  }

  /**
   * Whether a table's location is given by its name, as in a Hadoop catalog. There a table must lie
   * at {@link #place}, must not have {@code write.metadata.path}, and a metadata file that is
   * called {@code v<N>} in its metadata folder makes it exist: earlier metadata files of a Hadoop
   * source must not be restored before the table is registered, and better not at all.
   */
  public boolean keepsTablesInItsWarehouse() {
    return catalog.kind().equals("hadoop");
  }

  /** What it makes of names. */
  public NameRules nameRules() {
    return NameRules.of(catalog.configuration());
  }

  /**
   * Whether a table of the state's format version and types can be one of this catalog.
   * <i>Fails</i> with UNSUPPORTED where it can't.
   */
  public void checkHolds(TableName name, TableState state) {
    new FormatCheck(catalog.name(), catalog.kind()).check(name, state);
  }

  /**
   * The catalog's pointer, or empty where there is no such table. <i>Fails</i> with TARGET_EXISTS
   * when it is there and broken, and with what {@link TargetFailure#code} has where that can't be
   * told.
   */
  public Optional<String> currentMetadataLocation(TableName name) {
    try {
      return Optional.of(pointer(catalog.load(name)));
    } catch (NoSuchTableException | NoSuchNamespaceException none) {
      return Optional.empty();
    } catch (RuntimeException failure) {
      ErrorCode code = TargetFailure.code(failure);
      if (code != ErrorCode.FAILED) {
        throw failed(
            code,
            "Cannot look for table '%s'".formatted(name),
            failure,
            "Check that catalog '%s' is up and lets us read tables, and their storage too."
                .formatted(catalog.name()));
      }
      throw failed(
          ErrorCode.TARGET_EXISTS,
          "Cannot read the existing table '%s'".formatted(name),
          failure,
          "Drop the broken table from catalog '%s', or restore to another name."
              .formatted(catalog.name()));
    }
  }

  /**
   * Where the catalog puts a new table of that name. Nothing is created, but ask once: the answer
   * may hold a random part.
   *
   * <p><i>Fails</i> with TARGET_EXISTS, and with NOT_FOUND where the catalog decides by a database
   * that is not there yet, and where it will lie can't be told either.
   */
  public Placement place(TableName name) {
    return newDatabase(name.database())
        .flatMap(database -> database.placeOf(name))
        .map(location -> stage(name, table -> table.withLocation(location)))
        .orElseGet(() -> stage(name, UnaryOperator.identity()));
  }

  /** The database, where it is not there and the catalog places tables by it. */
  private Optional<NewDatabase> newDatabase(DatabaseName name) {
    NewDatabase database = new NewDatabase(name, catalog.configuration());
    boolean missing =
        database.placesTables()
            && databasesThere.computeIfAbsent(name, catalog::databaseExists).equals(false);
    return missing ? Optional.of(database) : Optional.empty();
  }

  /**
   * As {@link #place}, at a location of the user's choice. <i>Fails</i> with UNSUPPORTED where the
   * name gives the location.
   */
  public Placement placeAt(TableName name, String location) {
    Placement placed =
        keepsTablesInItsWarehouse()
            ? place(name)
            : stage(name, table -> table.withLocation(location));
    if (keepsTablesInItsWarehouse() && !placed.location().equals(withoutSlash(location))) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot place table '%s' at '%s': catalog '%s' keeps it at '%s'"
              .formatted(name, location, catalog.name(), placed.location()),
          "Leave the location out, or restore into a catalog that is not of type hadoop.");
    }
    return placed;
  }

  private Placement stage(TableName name, UnaryOperator<Catalog.TableBuilder> where) {
    try {
      Catalog.TableBuilder table =
          catalog.iceberg().buildTable(Identifiers.table(name), ANY_SCHEMA);
      Table staged = where.apply(table).createTransaction().table();
      checkPlain(name, staged.location());
      return new Placement(name, withoutSlash(staged.location()), fileIos.indexOf(staged.io()));
    } catch (AlreadyExistsException there) {
      throw exists(name);
    } catch (BcnException refused) {
      throw refused;
    } catch (RuntimeException failure) {
      if (!catalog.databaseExists(name.database())) {
        throw withoutDatabase(name, failure);
      }
      throw failed(
          CatalogFailure.code(failure),
          "Cannot place table '%s'".formatted(name),
          failure,
          "Check that catalog '%s' lets us create tables.".formatted(catalog.name()));
    }
  }

  private BcnException withoutDatabase(TableName name, RuntimeException failure) {
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot place table '%s': catalog '%s' decides that by its database, which is not there"
            .formatted(name, catalog.name()),
        "Create database '%s' first, or, for Hive and Glue, set the catalog's warehouse."
            .formatted(name.database()),
        failure);
  }

  /** A table may be called {@code ..}, and most catalogs make a folder's name of that. */
  private void checkPlain(TableName name, String location) {
    if (List.of(location.split("/", -1)).stream()
        .anyMatch(part -> part.equals(".") || part.equals(".."))) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot place table '%s': catalog '%s' would put it at '%s', which is another folder"
              .formatted(name, catalog.name(), location),
          "Give it another name with --target-table or --target-database, or leave it out with --exclude.");
    }
  }

  /**
   * Another living table of the catalog whose folder is the placement's, lies in it, or holds it.
   * All tables are loaded, once, and only if some placement's folder has files in it.
   */
  public Optional<String> tableThatLivesIn(Placement placement) {
    return hasFiles(placement)
        ? live().owner(placement.location(), placement.name())
        : Optional.empty();
  }

  private synchronized LiveTables live() {
    if (live.isEmpty()) {
      live = Optional.of(LiveTables.of(catalog));
    }
    return live.get();
  }

  private boolean hasFiles(Placement placement) {
    if (!(fileIos().at(placement.fileIo()) instanceof SupportsPrefixOperations io)) {
      return true;
    }
    try {
      return io.listPrefix(placement.location() + "/").iterator().hasNext();
    } catch (UncheckedIOException | NotFoundException noSuchFolder) {
      return false;
    }
  }

  /** A table that is there, to add rows to. <i>Fails</i> with NOT_FOUND where it has gone. */
  public RowTarget rowTarget(TableName name) {
    try {
      BaseTable table = catalog.load(name);
      return new RowTarget(this, name, table, fileIos.indexOf(table.io()));
    } catch (NoSuchTableException | NoSuchNamespaceException gone) {
      throw new BcnException(
          ErrorCode.NOT_FOUND,
          "Cannot append to table '%s': it has gone meanwhile".formatted(name),
          "Run the restore again: it will be restored as a new table.",
          gone);
    }
  }

  /** A table that is there, to be replaced. <i>Fails</i> with TARGET_CHANGED where it has gone. */
  public StandingTable standing(TableName name) {
    try {
      BaseTable table = catalog.load(name);
      return new StandingTable(this, name, table, fileIos.indexOf(table.io()));
    } catch (NoSuchTableException | NoSuchNamespaceException gone) {
      throw new BcnException(
          ErrorCode.TARGET_CHANGED,
          "Cannot replace table '%s': it has gone meanwhile".formatted(name),
          "Run the restore again: it will be restored as a new table.",
          gone);
    }
  }

  /**
   * Whether the table is as {@link #register} left it with a metadata file of this name: nobody has
   * committed to it since.
   *
   * @param stem the file's name up to its first dot
   */
  public boolean isAsRegistered(TableName name, String stem) {
    try {
      BaseTable table = catalog.load(name);
      return Place.baseName(pointer(table)).startsWith(stem + ".")
          || (keepsTablesInItsWarehouse() && new GivenFile(table, stem).isTheTable());
    } catch (NoSuchTableException | NoSuchNamespaceException gone) {
      return false;
    }
  }

  /**
   * Removes a folder with all that lies in it, as far as the store can.
   *
   * @return whether nothing of it is left
   */
  public boolean removeFolder(int fileIo, String folder) {
    if (!(fileIos().at(fileIo) instanceof SupportsPrefixOperations io)) {
      return false;
    }
    try {
      // With its slash: on an object store a prefix is no folder.
      io.deletePrefix(folder + "/");
      return true;
    } catch (RuntimeException failure) {
      LOG.warn("'{}' is no longer needed and could not be removed: {}", folder, failure.toString());
      return false;
    }
  }

  /** Removes a file that nothing needs, as far as the store can. */
  public void removeFile(int fileIo, String location) {
    try {
      fileIos().at(fileIo).deleteFile(location);
    } catch (RuntimeException failure) {
      LOG.warn("'{}' is not needed and could not be removed: {}", location, failure.toString());
    }
  }

  /** What writes at the placements so far. */
  public FileIos fileIos() {
    return fileIos.collected();
  }

  /**
   * Creates the database, and those above it, unless it is there; then its properties are left as
   * they are.
   *
   * @param properties the source's; its {@code location} is not carried over: a new database gets
   *     the target's own
   * @return the keys of what the catalog can't hold, sorted
   */
  public List<String> createDatabaseIfMissing(DatabaseName name, Map<String, String> properties) {
    if (catalog.databaseExists(name)) {
      return List.of();
    }
    if (name.levels().size() > 1) {
      createDatabaseIfMissing(
          new DatabaseName(name.levels().subList(0, name.levels().size() - 1)), Map.of());
    }
    databasesThere.remove(name);
    Map<String, String> wanted = new TreeMap<>(properties);
    wanted.remove(LOCATION);
    try {
      create(Identifiers.namespace(name), wanted);
    } catch (AlreadyExistsException createdMeanwhile) {
      return List.of();
    } catch (RuntimeException failure) {
      throw failed(
          CatalogFailure.code(failure),
          "Cannot create database '%s'".formatted(name),
          failure,
          "Create it by hand in catalog '%s', or restore into another database."
              .formatted(catalog.name()));
    }
    Map<String, String> held = catalog.databaseProperties(name);
    List<String> lost = new ArrayList<>();
    wanted.forEach(
        (key, value) -> {
          if (!value.equals(held.get(key))) {
            lost.add(key);
          }
        });
    return lost;
  }

  private void create(Namespace namespace, Map<String, String> properties) {
    try {
      // Not a sorted map: the REST client asks it for a null key.
      catalog.namespaces().createNamespace(namespace, new HashMap<>(properties));
    } catch (UnsupportedOperationException holdsNoProperties) {
      catalog.namespaces().createNamespace(namespace, Map.of());
    }
  }

  /**
   * Makes the table appear, with this metadata file's content.
   *
   * <p>The file must be the caller's own, of a unique name, and belongs to the catalog from now on:
   * most point at it, a Hadoop catalog takes its content and leaves it. Where one deletes it when
   * it fails, it is put back. Never a file of the repository or the source.
   *
   * <p><i>Atomicity</i>: the table appears whole or not at all. <i>Fails</i> with TARGET_EXISTS
   * when it is there already, and with UNSUPPORTED for metadata that a Hadoop catalog can't hold.
   *
   * @param fileIo index of what wrote the file into {@link #fileIos}
   * @return the catalog's pointer, read afresh
   */
  public String register(TableName name, int fileIo, String metadataLocation) {
    return new Registration(this, name, fileIo, metadataLocation).run();
  }

  /**
   * Where a table or view stands that lacks nothing but the metadata file which its catalog points
   * at, if that file is one of this name: an earlier, killed run registered it. Empty for all
   * others, also where that can't be told.
   *
   * @param stem the file's name up to its first dot
   */
  public Optional<Placement> placeOfTorn(TableName name, String stem) {
    return new TornTable(this, name, stem).placement();
  }

  static BcnException exists(TableName name) {
    return new BcnException(
        ErrorCode.TARGET_EXISTS,
        "Cannot create table '%s': it exists".formatted(name),
        "Drop it, restore to another name, or say with --if-exists what to do.");
  }

  static String pointer(BaseTable table) {
    return table.operations().current().metadataFileLocation();
  }

  private static String withoutSlash(String location) {
    return location.endsWith("/") && !location.endsWith("://")
        ? location.substring(0, location.length() - 1)
        : location;
  }

  BcnException failed(ErrorCode code, String what, Throwable failure, String hint) {
    return CatalogFailure.of(
        code, what, failure, TargetFailure.hint(code, hint), catalog.configuration().secrets());
  }

  @Override
  public void close() {
    catalog.close();
  }
}
