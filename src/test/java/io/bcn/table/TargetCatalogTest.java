package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetCatalogTest {
  /**
   * What Hive's client makes of an answer that was lost: it registers, tries again, finds the table
   * there, and removes the metadata file as that of a failure.
   */
  public static final class Forgetful extends JdbcCatalog {
    @Override
    public Table registerTable(TableIdentifier table, String metadata) {
      try {
        super.registerTable(table, metadata);
      } catch (AlreadyExistsException equalRestoreWasFirst) {
        // As if the look before it had been too early to see that one.
      }
      new HadoopFileIO(new Configuration()).deleteFile(metadata);
      throw new AlreadyExistsException("Table already exists: %s", table);
    }
  }

  private static final TableName TABLE = TableName.parse("db.copy");

  @TempDir Path folder;
  private Path source;
  private String metadata;
  private String uuid;

  @BeforeEach
  void makeATableToCopy() throws IOException {
    Map<String, String> conf = TestCatalogs.jdbcWithViews("source", folder);
    TestCatalogs.Writer writer = TestCatalogs.writer(conf, "source");
    writer.database("db");
    Table table = writer.table("db", "t");
    source = Path.of(table.location());
    uuid = table.uuid().toString();
    metadata = Files.readString(Path.of(TableUtil.metadataFileLocation(table)));
  }

  private Map<String, String> conf(String kind) {
    return kind.equals("hadoop")
        ? TestCatalogs.hadoop("target", folder.resolve("target"))
        : TestCatalogs.jdbcWithViews("target", folder);
  }

  /**
   * What a restore does: the metadata with the target's location, in a file of a name of its own.
   */
  private String privateFile(String location) throws IOException {
    return privateFile(location, metadata.replace(source.toString(), location));
  }

  private static String privateFile(String location, String content) throws IOException {
    Path file =
        Path.of(location, "metadata", "00000-" + java.util.UUID.randomUUID() + ".metadata.json");
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content).toString();
  }

  private static String register(TargetCatalog target, String file) {
    int fileIo = target.place(TableName.parse("db.other")).fileIo();
    return target.register(TABLE, fileIo, file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hadoop", "jdbc"})
  void registersATableThatThenReadsWritesAndKeepsItsUuid(String kind) throws IOException {
    try (TargetCatalog target = TargetCatalog.open(conf(kind), "target")) {
      assertThat(target.currentMetadataLocation(TABLE)).isEmpty();
      assertThat(target.createDatabaseIfMissing(TABLE.database(), Map.of())).isEmpty();
      Placement place = target.place(TABLE);
      String file = privateFile(place.location());
      String pointer = register(target, file);
      assertThat(target.currentMetadataLocation(TABLE)).contains(pointer);
      assertThat(target.fileIos().at(place.fileIo()).newInputFile(pointer).exists()).isTrue();

      Table table =
          TestCatalogs.writer(conf(kind), "target")
              .catalog()
              .loadTable(TableIdentifier.of("db", "copy"));
      assertThat(table.uuid()).hasToString(uuid);
      TestCatalogs.Writer.change(table);
      assertThat(target.currentMetadataLocation(TABLE)).isPresent().get().isNotEqualTo(pointer);
    }
  }

  @Test
  void aJdbcCatalogPointsAtTheFileThatItIsGiven() throws IOException {
    try (TargetCatalog target = TargetCatalog.open(conf("jdbc"), "target")) {
      String file = privateFile(target.place(TABLE).location());
      assertThat(register(target, file)).isEqualTo(file);
      assertThat(target.keepsTablesInItsWarehouse()).isFalse();
    }
  }

  @Test
  void aHadoopCatalogTakesTheContentAsVersionOneAndLeavesTheFile() throws IOException {
    try (TargetCatalog target = TargetCatalog.open(conf("hadoop"), "target")) {
      String location = target.place(TABLE).location();
      assertThat(location).isEqualTo(folder + "/target/db/copy");
      String file = privateFile(location);
      assertThat(register(target, file)).endsWith("/target/db/copy/metadata/v1.metadata.json");
      assertThat(target.keepsTablesInItsWarehouse()).isTrue();
      try (Stream<Path> files = Files.list(folder.resolve("target/db/copy/metadata"))) {
        assertThat(
                files
                    .map(path -> path.getFileName().toString())
                    .filter(name -> !name.endsWith(".crc")))
            .containsExactlyInAnyOrder(
                "v1.metadata.json", "version-hint.text", Path.of(file).getFileName().toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hadoop", "jdbc"})
  void placingCreatesNothing(String kind) throws IOException {
    try (TargetCatalog target = TargetCatalog.open(conf(kind), "target")) {
      Placement place = target.place(TABLE);
      assertThat(place.location()).endsWith("/db/copy");
      assertThat(Files.exists(Path.of(place.location()).getParent())).isFalse();
      assertThat(target.catalog().databaseExists(TABLE.database())).isFalse();
      assertThat(target.currentMetadataLocation(TABLE)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hadoop", "jdbc"})
  void neverTouchesATableThatExists(String kind) throws IOException {
    TestCatalogs.Writer writer = TestCatalogs.writer(conf(kind), "target");
    writer.database("db");
    String before = TableUtil.metadataFileLocation(writer.table("db", "copy"));
    try (TargetCatalog target = TargetCatalog.open(conf(kind), "target")) {
      String file = privateFile(folder.resolve("elsewhere").toString());
      assertThatThrownBy(() -> register(target, file))
          .isInstanceOf(BcnException.class)
          .hasMessage("Cannot create table 'db.copy': it exists")
          .satisfies(
              failure ->
                  assertThat(((BcnException) failure).code()).isEqualTo(ErrorCode.TARGET_EXISTS));
      assertThatThrownBy(() -> target.place(TABLE))
          .isInstanceOf(BcnException.class)
          .hasMessage("Cannot create table 'db.copy': it exists");
      assertThat(target.currentMetadataLocation(TABLE)).contains(before);
      assertThat(Files.exists(Path.of(file))).isTrue();
    }
  }

  @Test
  void registeringTheSameFileAgainIsNoError() throws IOException {
    try (TargetCatalog target = TargetCatalog.open(conf("jdbc"), "target")) {
      String file = privateFile(target.place(TABLE).location());
      register(target, file);
      assertThat(register(target, file)).isEqualTo(file);
    }
  }

  private Map<String, String> forgetful() {
    Map<String, String> conf = conf("jdbc");
    conf.remove("spark.sql.catalog.target.type");
    conf.put("spark.sql.catalog.target.catalog-impl", Forgetful.class.getName());
    return conf;
  }

  @Test
  void aTableIsRegisteredThoughTheAnswerWasLostAndTheClientRemovedItsMetadataFile()
      throws IOException {
    try (TargetCatalog target = TargetCatalog.open(forgetful(), "target")) {
      String file = privateFile(target.place(TABLE).location());
      String given = Files.readString(Path.of(file));

      assertThat(register(target, file)).isEqualTo(file);

      assertThat(Path.of(file)).hasContent(given);
      assertThat(target.currentMetadataLocation(TABLE)).contains(file);
    }
  }

  @Test
  void anEqualRestoreThatComesSecondDoesNotTakeTheMetadataFileOfTheFirst() throws IOException {
    try (TargetCatalog first = TargetCatalog.open(conf("jdbc"), "target");
        TargetCatalog second = TargetCatalog.open(forgetful(), "target")) {
      String file = privateFile(first.place(TABLE).location());
      register(first, file);

      assertThat(register(second, file)).isEqualTo(file);

      assertThat(first.currentMetadataLocation(TABLE)).contains(file);
    }
  }

  @Test
  void aTableOfSomebodyElseStaysInTheWayThoughTheClientRemovedTheFile() throws IOException {
    TestCatalogs.Writer writer = TestCatalogs.writer(conf("jdbc"), "target");
    writer.database("db");
    String theirs = TableUtil.metadataFileLocation(writer.table("db", "copy"));
    try (TargetCatalog target = TargetCatalog.open(forgetful(), "target")) {
      String file = privateFile(folder.resolve("elsewhere").toString());

      assertThatThrownBy(() -> register(target, file))
          .isInstanceOf(BcnException.class)
          .hasMessage("Cannot create table 'db.copy': it exists");

      assertThat(target.currentMetadataLocation(TABLE)).contains(theirs);
    }
  }

  @Test
  void onlyATableThatLacksTheVeryFileOfItsRegistrationIsTorn() throws IOException {
    try (TargetCatalog target = TargetCatalog.open(conf("jdbc"), "target")) {
      String location = target.place(TABLE).location();
      String file = privateFile(location);
      String stem = Path.of(file).getFileName().toString().replace(".metadata.json", "");
      assertThat(target.placeOfTorn(TABLE, stem)).isEmpty();
      register(target, file);
      assertThat(target.placeOfTorn(TABLE, stem)).isEmpty();
      Files.delete(Path.of(file));

      assertThat(target.placeOfTorn(TABLE, stem)).map(Placement::location).contains(location);
      assertThat(target.placeOfTorn(TABLE, "00000-another")).isEmpty();
    }
  }

  @Test
  void aJdbcCatalogKeepsTheFileWhenItRefuses() throws IOException {
    TestCatalogs.Writer writer = TestCatalogs.writer(conf("jdbc"), "target");
    writer.database("db");
    ((ViewCatalog) writer.catalog())
        .buildView(TableIdentifier.of("db", "copy"))
        .withSchema(TestCatalogs.SCHEMA)
        .withDefaultNamespace(Namespace.of("db"))
        .withQuery("spark", "select 1")
        .create();
    try (TargetCatalog target = TargetCatalog.open(conf("jdbc"), "target")) {
      String file = privateFile(target.place(TABLE).location());
      assertThatThrownBy(() -> register(target, file))
          .isInstanceOf(BcnException.class)
          .hasMessage("Cannot create table 'db.copy': it exists");
      assertThat(Files.exists(Path.of(file))).isTrue();
    }
  }

  @Test
  void aBrokenTableThatExistsIsNotTakenForNone() throws IOException {
    TestCatalogs.Writer writer = TestCatalogs.writer(conf("jdbc"), "target");
    writer.database("db");
    Files.delete(Path.of(TableUtil.metadataFileLocation(writer.table("db", "copy"))));
    try (TargetCatalog target = TargetCatalog.open(conf("jdbc"), "target")) {
      assertThatThrownBy(() -> target.currentMetadataLocation(TABLE))
          .isInstanceOf(BcnException.class)
          .hasMessageStartingWith("Cannot read the existing table 'db.copy': ")
          .satisfies(
              failure ->
                  assertThat(((BcnException) failure).code()).isEqualTo(ErrorCode.TARGET_EXISTS));
    }
  }

  @Test
  void aMissingMetadataFileRegistersNothing() {
    try (TargetCatalog target = TargetCatalog.open(conf("jdbc"), "target")) {
      String nowhere = folder.resolve("nowhere.metadata.json").toString();
      assertThatThrownBy(() -> register(target, nowhere))
          .isInstanceOf(BcnException.class)
          .hasMessageStartingWith("Cannot register table 'db.copy' with '" + nowhere + "': ");
      assertThat(target.currentMetadataLocation(TABLE)).isEmpty();
    }
  }

  @Test
  void aHadoopCatalogRefusesAnotherPlaceAndAMetadataPath() throws IOException {
    try (TargetCatalog target = TargetCatalog.open(conf("hadoop"), "target")) {
      String location = target.place(TABLE).location();
      assertThatThrownBy(() -> target.placeAt(TABLE, "/other"))
          .isInstanceOf(BcnException.class)
          .hasMessage(
              "Cannot place table 'db.copy' at '/other': catalog 'target' keeps it at '"
                  + location
                  + "'");
      assertThat(target.placeAt(TABLE, location + "/").location()).isEqualTo(location);

      String elsewhere = privateFile(folder.resolve("other").toString());
      assertThatThrownBy(() -> register(target, elsewhere))
          .isInstanceOf(BcnException.class)
          .hasMessage(
              "Cannot register table 'db.copy': its location is '%s', and this catalog keeps it at '%s'"
                  .formatted(folder.resolve("other"), location));

      String withPath =
          metadata
              .replace(source.toString(), location)
              .replaceFirst(
                  "\"properties\":\\{", "\"properties\":{\"write.metadata.path\":\"/m\",");
      String file = privateFile(location, withPath);
      assertThatThrownBy(() -> register(target, file))
          .isInstanceOf(BcnException.class)
          .hasMessage(
              "Cannot register table 'db.copy': it sets write.metadata.path, which this catalog refuses");
      assertThat(target.currentMetadataLocation(TABLE)).isEmpty();
    }
  }

  @Test
  void aJdbcCatalogPlacesATableWhereTheUserSays() {
    try (TargetCatalog target = TargetCatalog.open(conf("jdbc"), "target")) {
      assertThat(target.placeAt(TABLE, "/some/where/").location()).isEqualTo("/some/where");
      assertThat(target.fileIos().size()).isEqualTo(1);
    }
  }

  @Test
  void createsDatabasesWithWhatTheCatalogCanHoldAndTellsTheRest() {
    Map<String, String> properties =
        Map.of("owner", "ann", "comment", "all sales", "location", "/old/place");
    DatabaseName nested = DatabaseName.parse("sales.eu");
    try (TargetCatalog target = TargetCatalog.open(conf("jdbc"), "target")) {
      assertThat(target.createDatabaseIfMissing(nested, properties)).isEmpty();
      assertThat(target.catalog().databaseProperties(nested))
          .containsEntry("owner", "ann")
          .doesNotContainEntry("location", "/old/place");
      assertThat(target.createDatabaseIfMissing(nested, Map.of("owner", "bob"))).isEmpty();
      assertThat(target.catalog().databaseProperties(nested)).containsEntry("owner", "ann");
    }
    try (TargetCatalog target = TargetCatalog.open(conf("hadoop"), "target")) {
      assertThat(target.createDatabaseIfMissing(nested, properties))
          .containsExactly("comment", "owner");
      assertThat(target.catalog().databases()).containsExactly(DatabaseName.parse("sales"), nested);
    }
  }
}
