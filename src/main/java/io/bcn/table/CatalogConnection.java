package io.bcn.table;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.Closeable;
import java.io.IOException;
import java.sql.Driver;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A fresh instance of Iceberg's catalog, seen as the two interfaces that it has. */
record CatalogConnection(Catalog catalog, SupportsNamespaces namespaces) implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogConnection.class);

  /**
   * <i>Fails</i> with USAGE when the catalog can't be made, with UNSUPPORTED when it can't list
   * databases.
   */
  static CatalogConnection open(
      CatalogConfiguration configuration, Map<String, String> properties) {
    if (configuration.kind().equals("jdbc")) {
      registerDrivers();
    }
    // Iceberg's own two connections would hold all other threads up.
    properties.putIfAbsent(
        CatalogProperties.CLIENT_POOL_SIZE, Integer.toString(CutOptions.DEFAULT_THREADS));
    Catalog catalog;
    try {
      catalog =
          CatalogUtil.buildIcebergCatalog(configuration.name(), properties, configuration.hadoop());
    } catch (RuntimeException | LinkageError failure) {
      throw configuration.cannotOpen(failure);
    }
    if (!(catalog instanceof SupportsNamespaces namespaces)) {
      throw new BcnException(
          ErrorCode.UNSUPPORTED,
          "Cannot open catalog '%s': %s can't list databases"
              .formatted(configuration.name(), catalog.getClass().getName()),
          "Use a catalog that lists its databases: hadoop, hive, jdbc, rest, glue or nessie.");
    }
    return new CatalogConnection(catalog, namespaces);
  }

  /**
   * Makes DriverManager know the drivers in spark-submit's jars: it looks only once, when Spark or
   * Hive first uses it, which may be before those jars are on the thread's class loader. Each
   * driver registers itself when it is loaded.
   */
  private static void registerDrivers() {
    ServiceLoader.load(Driver.class, Thread.currentThread().getContextClassLoader()).stream()
        .forEach(
            driver -> {
              try {
                driver.get();
              } catch (LinkageError | ServiceConfigurationError broken) {
                LOG.debug("A JDBC driver in the jars does not load", broken);
              }
            });
  }

  /**
   * Asks once, for some catalogs connect only when they are asked. False where a Hadoop catalog has
   * no warehouse folder.
   */
  boolean hasRoot(CatalogConfiguration configuration) {
    try {
      namespaces.listNamespaces();
      return true;
    } catch (NoSuchNamespaceException noWarehouse) {
      return false;
    } catch (ForbiddenException onlySomeTablesAreAllowed) {
      return true;
    } catch (RuntimeException failure) {
      close();
      throw configuration.cannotOpen(failure);
    }
  }

  /** A failure to close changes nothing for the user, so it is only logged. */
  @Override
  public void close() {
    if (catalog instanceof Closeable closeable) {
      try {
        closeable.close();
      } catch (IOException failure) {
        LOG.debug("Catalog {} did not close", catalog.name(), failure);
      }
    }
  }
}
