package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.errors.NearNames;
import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import io.bcn.storage.LocalFileErrors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A catalog to read from, opened afresh from Spark's configuration: not Spark's own instance, which
 * caches tables.
 *
 * <p>Opening and reading write nothing. Safe for many threads. Names that BCN can't hold (blank, or
 * with a control character) are left out with a warning.
 *
 * <p><i>Fails</i> with a {@link BcnException} that names the catalog and holds no secret.
 */
public final class IcebergCatalog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IcebergCatalog.class);

  private final CatalogConfiguration configuration;
  private final CatalogConnection connection;

  private IcebergCatalog(CatalogConfiguration configuration, CatalogConnection connection) {
    this.configuration = configuration;
    this.connection = connection;
  }

  /**
   * Opens the catalog that Spark's configuration knows by this name.
   *
   * <p><i>Fails</i> with USAGE when it is not configured, not Iceberg's or can't be reached, with
   * CREDENTIALS or PERMISSION_DENIED when it refuses us, with UNSUPPORTED when it can't list
   * databases.
   *
   * @param sparkConf Spark's settings, those of {@code spark.hadoop.*} too
   */
  public static IcebergCatalog open(Map<String, String> sparkConf, String name) {
    CatalogConfiguration configuration = CatalogConfiguration.of(sparkConf, name);
    CatalogConnection connection =
        CatalogConnection.open(configuration, configuration.propertiesForReading());
    if (!connection.hasRoot(configuration)) {
      connection.close();
      throw configuration.withoutWarehouse();
    }
    return new IcebergCatalog(configuration, connection);
  }

  /**
   * As {@link #open}, but a JDBC catalog may create its tables, and a warehouse that is not there
   * yet is fine.
   */
  static IcebergCatalog openForWriting(Map<String, String> sparkConf, String name) {
    CatalogConfiguration configuration = CatalogConfiguration.of(sparkConf, name);
    CatalogConnection connection =
        CatalogConnection.open(configuration, configuration.properties());
    if (!connection.hasRoot(configuration)) {
      LOG.info("The warehouse of catalog {} is not there yet", name);
    }
    return new IcebergCatalog(configuration, connection);
  }

  public String name() {
    return configuration.name();
  }

  /** hadoop, hive, jdbc, rest, glue, nessie, or other. */
  public String kind() {
    return configuration.kind();
  }

  /**
   * What a document may hold of the catalog's properties: known keys only, passwords in URIs
   * masked.
   */
  public SortedMap<String, String> nonSecretProperties() {
    return configuration.publicProperties();
  }

  /** All databases at any depth, sorted, the empty ones too. */
  public List<DatabaseName> databases() {
    List<DatabaseName> found = new ArrayList<>();
    Deque<Namespace> open = new ArrayDeque<>(List.of(Namespace.empty()));
    while (!open.isEmpty()) {
      for (DatabaseName child : childrenOf(open.pop())) {
        found.add(child);
        open.push(Identifiers.namespace(child));
      }
    }
    return found.stream().sorted().toList();
  }

  /** The databases right below a namespace; none where it is gone. */
  List<DatabaseName> childrenOf(Namespace parent) {
    List<Namespace> listed;
    try {
      listed =
          parent.isEmpty() ? namespaces().listNamespaces() : namespaces().listNamespaces(parent);
    } catch (NoSuchNamespaceException gone) {
      if (parent.isEmpty()) {
        throw cannotList("databases of catalog", name(), gone);
      }
      return List.of();
    } catch (RuntimeException failure) {
      throw cannotList("databases of catalog", name(), failure);
    }
    return listed.stream()
        // Some REST servers ignore the parent and answer with all: following that would never end.
        .filter(child -> child.length() == parent.length() + 1)
        .flatMap(child -> named(child, () -> Identifiers.database(child)))
        .sorted()
        .toList();
  }

  public boolean databaseExists(DatabaseName name) {
    try {
      return namespaces().namespaceExists(Identifiers.namespace(name));
    } catch (RuntimeException failure) {
      throw cannotList("database", name, failure);
    }
  }

  /** The catalog's properties of the database. <i>Fails</i> with NOT_FOUND. */
  public SortedMap<String, String> databaseProperties(DatabaseName name) {
    return propertiesIfThere(name).orElseThrow(() -> notFound(name));
  }

  /** The failure of a look-up by a name that is not there. */
  BcnException notFound(DatabaseName name) {
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot find database '%s' in catalog '%s': there is none of that name"
            .formatted(name, name()),
        near(name.toString(), databases()));
  }

  /** The hint where a name is not there. */
  static String near(String wanted, List<?> existing) {
    return NearNames.question(wanted, existing)
        .orElse(
            existing.isEmpty()
                ? "There is none at all: check that the catalog is the right one."
                : "Names near it: none; there are %d.".formatted(existing.size()));
  }

  Optional<SortedMap<String, String>> propertiesIfThere(DatabaseName name) {
    try {
      return Optional.of(
          new TreeMap<>(namespaces().loadNamespaceMetadata(Identifiers.namespace(name))));
    } catch (NoSuchNamespaceException gone) {
      return Optional.empty();
    } catch (RuntimeException failure) {
      throw cannotList("database", name, failure);
    }
  }

  /** The Iceberg tables right in the database, sorted; none where it is gone. */
  public List<TableName> tables(DatabaseName database) {
    return list("tables of database", database, iceberg()::listTables);
  }

  /** The views right in the database, sorted; none where it is gone or the catalog has no views. */
  public List<TableName> views(DatabaseName database) {
    return new CatalogViews(this).in(database);
  }

  List<TableName> list(
      String what, DatabaseName database, Function<Namespace, List<TableIdentifier>> listing) {
    List<TableIdentifier> listed;
    try {
      listed = listing.apply(Identifiers.namespace(database));
    } catch (NoSuchNamespaceException gone) {
      return List.of();
    } catch (RuntimeException failure) {
      throw cannotList(what, database, failure);
    }
    return listed.stream()
        .flatMap(table -> named(table, () -> new TableName(database, table.name())))
        .sorted()
        .toList();
  }

  private static <T> Stream<T> named(Object identifier, Supplier<T> name) {
    try {
      return Stream.of(name.get());
    } catch (BcnException noName) {
      LOG.warn(
          "{}; it is left out ({})",
          noName.getMessage(),
          identifier.toString().replaceAll("\\p{Cntrl}", "?"));
      return Stream.empty();
    }
  }

  /**
   * The table as it is now. <i>Fails</i> as Iceberg does: {@link NoSuchTableException} where there
   * is none, anything where its metadata can't be read.
   */
  BaseTable load(TableName name) {
    Table table = LocalFileErrors.asExceptions(() -> iceberg().loadTable(Identifiers.table(name)));
    if (table instanceof BaseTable plain) {
      return plain;
    }
    // A table called "files" that is gone: Iceberg takes its name for that of a metadata table.
    throw new NoSuchTableException("Table does not exist: %s", name);
  }

  Catalog iceberg() {
    return connection.catalog();
  }

  SupportsNamespaces namespaces() {
    return connection.namespaces();
  }

  CatalogConfiguration configuration() {
    return configuration;
  }

  BcnException cannotList(String what, Object name, RuntimeException failure) {
    return CatalogFailure.of(
        CatalogFailure.code(failure),
        "Cannot list %s '%s'".formatted(what, name),
        failure,
        "Check that catalog '%s' is up and that it lets us list.".formatted(name()),
        configuration.secrets());
  }

  @Override
  public void close() {
    connection.close();
  }
}
