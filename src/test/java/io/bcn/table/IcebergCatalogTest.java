package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IcebergCatalogTest {
  @TempDir Path folder;

  @Test
  void listsNestedDatabasesAndTheirTablesOfAHadoopCatalogSorted() {
    Map<String, String> conf = TestCatalogs.hadoop("prod", folder);
    TestCatalogs.Writer writer = TestCatalogs.writer(conf, "prod");
    writer.database("sales");
    writer.database("empty");
    writer.table("sales", "orders");
    writer.table("sales", "eu", "orders");
    writer.table("sales", "customers");
    try (IcebergCatalog catalog = IcebergCatalog.open(conf, "prod")) {
      assertThat(catalog.kind()).isEqualTo("hadoop");
      assertThat(catalog.databases())
          .extracting(DatabaseName::toString)
          .containsExactly("empty", "sales", "sales.eu");
      assertThat(catalog.tables(DatabaseName.parse("sales")))
          .extracting(TableName::toString)
          .containsExactly("sales.customers", "sales.orders");
      assertThat(catalog.tables(DatabaseName.parse("empty"))).isEmpty();
      assertThat(catalog.tables(DatabaseName.parse("nowhere"))).isEmpty();
      assertThat(catalog.databaseExists(DatabaseName.parse("sales.eu"))).isTrue();
      assertThat(catalog.databaseExists(DatabaseName.parse("nowhere"))).isFalse();
    }
  }

  @Test
  void listsNamesWithSpacesDotsSlashesAndUnicodeOfAJdbcCatalog() {
    Map<String, String> conf = TestCatalogs.jdbc("prod", folder);
    TestCatalogs.Writer writer = TestCatalogs.writer(conf, "prod");
    writer.database("größe");
    writer.database("a_b", "c%d");
    writer.database("aXb", "other");
    writer.table("größe", "two words");
    writer.table("größe", "v1.2");
    writer.table("größe", "a`b");
    writer.table("größe", "表");
    writer.table("a_b", "c%d", "t");
    try (IcebergCatalog catalog = IcebergCatalog.open(conf, "prod")) {
      assertThat(catalog.databases())
          .extracting(DatabaseName::toString)
          .containsExactly("aXb", "aXb.other", "a_b", "a_b.c%d", "größe");
      assertThat(catalog.tables(DatabaseName.parse("größe")))
          .extracting(TableName::table)
          .containsExactlyInAnyOrder("two words", "v1.2", "a`b", "表");
      assertThat(catalog.tables(DatabaseName.parse("a_b.c%d"))).hasSize(1);
    }
  }

  @Test
  void aDotInADatabaseOfAJdbcCatalogIsALevel() {
    Map<String, String> conf = TestCatalogs.jdbc("prod", folder);
    TestCatalogs.writer(conf, "prod").database("a.b");
    try (IcebergCatalog catalog = IcebergCatalog.open(conf, "prod")) {
      assertThat(catalog.databases())
          .containsExactly(DatabaseName.parse("a"), DatabaseName.parse("a.b"));
    }
  }

  @Test
  void readsADatabasesProperties() {
    Map<String, String> conf = TestCatalogs.jdbc("prod", folder);
    TestCatalogs.writer(conf, "prod")
        .namespaces()
        .createNamespace(Namespace.of("db"), Map.of("owner", "ann"));
    try (IcebergCatalog catalog = IcebergCatalog.open(conf, "prod")) {
      assertThat(catalog.databaseProperties(DatabaseName.parse("db")))
          .containsEntry("owner", "ann")
          .containsEntry("location", folder.resolve("warehouse-prod") + "/db")
          .doesNotContainKey("exists");
      assertThatThrownBy(() -> catalog.databaseProperties(DatabaseName.parse("dbb")))
          .isInstanceOf(BcnException.class)
          .hasMessage("Cannot find database 'dbb' in catalog 'prod': there is none of that name")
          .satisfies(
              failure ->
                  assertThat(((BcnException) failure).hint()).isEqualTo("Did you mean 'db'?"));
    }
  }

  @Test
  void listsViewsWhereTheCatalogHasThem() {
    Map<String, String> conf = TestCatalogs.jdbcWithViews("prod", folder);
    TestCatalogs.Writer writer = TestCatalogs.writer(conf, "prod");
    writer.database("db");
    writer.table("db", "t");
    ((ViewCatalog) writer.catalog())
        .buildView(TableIdentifier.of("db", "v"))
        .withSchema(TestCatalogs.SCHEMA)
        .withDefaultNamespace(Namespace.of("db"))
        .withQuery("spark", "select * from t")
        .create();
    try (IcebergCatalog catalog = IcebergCatalog.open(conf, "prod")) {
      assertThat(catalog.views(DatabaseName.parse("db"))).containsExactly(TableName.parse("db.v"));
      assertThat(catalog.tables(DatabaseName.parse("db"))).containsExactly(TableName.parse("db.t"));
    }
  }

  @Test
  void readsAnOldJdbcSchemaAndDoesNotChangeIt() throws SQLException {
    Map<String, String> conf = TestCatalogs.jdbc("prod", folder);
    TestCatalogs.Writer writer = TestCatalogs.writer(conf, "prod");
    writer.database("db");
    writer.table("db", "t");
    Map<String, String> asksForViews = TestCatalogs.jdbcWithViews("prod", folder);
    String before = schemaOf(conf);
    try (IcebergCatalog catalog = IcebergCatalog.open(asksForViews, "prod")) {
      assertThat(catalog.tables(DatabaseName.parse("db"))).containsExactly(TableName.parse("db.t"));
      assertThat(catalog.views(DatabaseName.parse("db"))).isEmpty();
    }
    assertThat(schemaOf(conf)).isEqualTo(before).doesNotContain("iceberg_type");
  }

  private static String schemaOf(Map<String, String> conf) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(conf.get("spark.sql.catalog.prod.uri"));
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("select group_concat(sql) from sqlite_master")) {
      return rows.getString(1);
    }
  }

  @Test
  void refusesACatalogThatIsNotConfigured() {
    Map<String, String> conf = TestCatalogs.hadoop("prod", folder);
    conf.putAll(TestCatalogs.hadoop("test", folder));
    assertThatThrownBy(() -> IcebergCatalog.open(conf, "prd"))
        .isInstanceOf(BcnException.class)
        .hasMessage("Cannot open catalog 'prd': it is not configured")
        .extracting(failure -> ((BcnException) failure).hint())
        .isEqualTo("Did you mean 'prod'?");
    assertThatThrownBy(() -> IcebergCatalog.open(conf, "main"))
        .isInstanceOf(BcnException.class)
        .hasMessage("Cannot open catalog 'main': it is not configured")
        .satisfies(
            failure -> {
              assertThat(((BcnException) failure).code()).isEqualTo(ErrorCode.USAGE);
              assertThat(((BcnException) failure).hint())
                  .contains("spark.sql.catalog.main.type", "configured catalogs: prod, test.");
            });
  }

  @Test
  void refusesACatalogThatIsNotIcebergs() {
    Map<String, String> conf =
        Map.of("spark.sql.catalog.delta", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    assertThatThrownBy(() -> IcebergCatalog.open(conf, "delta"))
        .isInstanceOf(BcnException.class)
        .hasMessage(
            "Cannot open catalog 'delta': its class org.apache.spark.sql.delta.catalog.DeltaCatalog is not Iceberg's");
  }

  @Test
  void refusesAnUnknownTypeAndAMissingWarehouse() {
    Map<String, String> unknown = TestCatalogs.hadoop("prod", folder);
    unknown.put("spark.sql.catalog.prod.type", "hadop");
    assertUsage(unknown, "Cannot open catalog 'prod': Unknown catalog type: hadop");
    assertUsage(
        TestCatalogs.hadoop("prod", folder.resolve("none")),
        "Cannot open catalog 'prod': its warehouse '"
            + folder.resolve("none")
            + "' does not exist");
    Map<String, String> noWarehouse = TestCatalogs.hadoop("prod", folder);
    noWarehouse.remove("spark.sql.catalog.prod.warehouse");
    assertUsage(
        noWarehouse,
        "Cannot open catalog 'prod': Cannot initialize HadoopCatalog because warehousePath must not be null or empty");
  }

  @Test
  void aJdbcDatabaseWithoutIcebergsTablesIsAnErrorAndStaysAsItIs() throws IOException {
    Map<String, String> conf = TestCatalogs.jdbc("prod", folder);
    assertThatThrownBy(() -> IcebergCatalog.open(conf, "prod"))
        .isInstanceOf(BcnException.class)
        .hasMessageContaining("Cannot open catalog 'prod': ")
        .hasMessageContaining("no such table: iceberg_tables");
    Path database = folder.resolve("prod.db");
    assertThat(Files.notExists(database) || Files.size(database) == 0).isTrue();
  }

  @Test
  void aDatabaseThatCantBeReachedIsAUsageErrorWithoutThePassword() {
    Map<String, String> conf = TestCatalogs.jdbc("prod", folder);
    conf.put(
        "spark.sql.catalog.prod.uri",
        "jdbc:nosuch://ann:hunter2@db.example/x?user=ann&password=swordfish");
    conf.put("spark.sql.catalog.prod.jdbc.password", "s3cr3t");
    assertThatThrownBy(() -> IcebergCatalog.open(conf, "prod"))
        .isInstanceOf(BcnException.class)
        .hasMessageStartingWith(
            "Cannot open catalog 'prod': Failed to connect: jdbc:nosuch://ann:***@db.example")
        .hasMessageContaining("No suitable driver")
        .hasNoCause()
        .satisfies(
            failure -> {
              assertThat(((BcnException) failure).code()).isEqualTo(ErrorCode.USAGE);
              assertThat(failure.getMessage()).doesNotContain("hunter2", "swordfish", "s3cr3t");
            });
  }

  @Test
  void writesDownOnlyPropertiesThatAreKnownToHoldNoSecret() {
    Map<String, String> conf = TestCatalogs.hadoop("prod", folder);
    conf.put("spark.sql.catalog.prod.s3.secret-access-key", "abcdef");
    conf.put("spark.sql.catalog.prod.hadoop.fs.s3a.secret.key", "ghijkl");
    conf.put("spark.sql.catalog.prod.header.X-Anything", "mnopqr");
    conf.put("spark.sql.catalog.prod.uri", "thrift://ann:hunter2@host:9083");
    try (IcebergCatalog catalog = IcebergCatalog.open(conf, "prod")) {
      assertThat(catalog.nonSecretProperties())
          .containsOnlyKeys("type", "warehouse", "uri")
          .containsEntry("uri", "thrift://ann:***@host:9083");
    }
  }

  private static void assertUsage(Map<String, String> conf, String message) {
    assertThatThrownBy(() -> IcebergCatalog.open(conf, "prod"))
        .isInstanceOf(BcnException.class)
        .hasMessage(message)
        .satisfies(
            failure -> assertThat(((BcnException) failure).code()).isEqualTo(ErrorCode.USAGE));
  }

  @Test
  void handsHadoopSettingsOnTheCatalogsOwnWinning() {
    Map<String, String> conf = TestCatalogs.hadoop("prod", folder);
    conf.put("spark.hadoop.my.setting", "for all");
    conf.put("spark.hadoop.my.other", "for all");
    conf.put("spark.sql.catalog.prod.hadoop.my.setting", "for prod");
    CatalogConfiguration configuration = CatalogConfiguration.of(conf, "prod");
    assertThat(configuration.hadoop().get("my.setting")).isEqualTo("for prod");
    assertThat(configuration.hadoop().get("my.other")).isEqualTo("for all");
  }

  @Test
  void findsADriverThatOnlyTheThreadsClassLoaderKnows() throws Exception {
    Map<String, String> conf = TestCatalogs.jdbc("prod", folder);
    TestCatalogs.writer(conf, "prod").database("db");
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    // As under spark-submit: DriverManager was used before, and the jars are on a class loader of
    // their own.
    try (URLClassLoader submitted =
        new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(submitted);
      Object catalog =
          submitted
              .loadClass(IcebergCatalog.class.getName())
              .getMethod("open", Map.class, String.class)
              .invoke(null, conf, "prod");
      assertThat(catalog.getClass()).isNotEqualTo(IcebergCatalog.class);
      assertThat(catalog.getClass().getMethod("databases").invoke(catalog)).hasToString("[db]");
      ((AutoCloseable) catalog).close();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static URL[] classPath() throws MalformedURLException {
    String entries =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<URL> urls = new ArrayList<>();
    for (String entry : entries.split(File.pathSeparator, -1)) {
      urls.add(new File(entry).toURI().toURL());
    }
    return urls.toArray(URL[]::new);
  }
}
