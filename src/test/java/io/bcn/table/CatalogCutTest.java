package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.DatabaseName;
import io.bcn.format.PitManifest.CutMode;
import io.bcn.format.PitManifest.SkippedObject;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.FileIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogCutTest {
  private static final int ATTEMPTS = 50;
  private static final CutOptions OF_TWO_LOOKS = CutOptions.defaults().withTries(1).withThreads(1);

  private static final Scope ALL = Scope.ofCatalog("prod");

  @TempDir Path folder;
  private Map<String, String> conf;
  private TestCatalogs.Writer writer;
  private IcebergCatalog catalog;

  @BeforeEach
  void openAJdbcCatalogWithThreeTables() {
    conf = TestCatalogs.jdbc("prod", folder);
    writer = TestCatalogs.writer(conf, "prod");
    writer.database("a");
    writer.database("a", "below");
    writer.database("empty");
    writer.table("a", "one");
    writer.table("a", "two");
    writer.table("a", "below", "three");
    catalog = IcebergCatalog.open(conf, "prod");
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  @Test
  void pinsAQuietCatalogAtOneMoment() {
    Instant before = Instant.now().minusMillis(1);
    Cut cut = CatalogCut.collect(catalog, ALL, CutOptions.defaults());
    assertThat(cut.window().mode()).isEqualTo(CutMode.CONSISTENT);
    assertThat(cut.window().from()).isBetween(before, cut.window().to());
    assertThat(cut.databases())
        .extracting(entry -> entry.name().toString())
        .containsExactly("a", "a.below", "empty");
    assertThat(cut.tables())
        .extracting(table -> table.name().toString())
        .containsExactly("a.below.three", "a.one", "a.two");
    assertThat(cut.unreadable()).isEmpty();
    PinnedTable one = cut.tables().get(1);
    Table loaded = writer.catalog().loadTable(TableIdentifier.of("a", "one"));
    assertThat(one.metadataLocation()).isEqualTo(TableUtil.metadataFileLocation(loaded));
    assertThat(one.uuid()).contains(loaded.uuid().toString());
    assertThat(one.formatVersion()).isEqualTo(2);
  }

  @Test
  void aDatabaseIsAllBelowItToo() {
    Cut cut =
        CatalogCut.collect(
            catalog, Scope.ofDatabase("prod", DatabaseName.parse("a")), CutOptions.defaults());
    assertThat(cut.tables()).hasSize(3);
    assertThat(cut.databases())
        .extracting(entry -> entry.name().toString())
        .containsExactly("a", "a.below");
  }

  @Test
  void oneTableIsThatTableAlone() {
    Cut cut =
        CatalogCut.collect(
            catalog, Scope.ofTable("prod", TableName.parse("a.two")), CutOptions.defaults());
    assertThat(cut.tables())
        .extracting(PinnedTable::name)
        .containsExactly(TableName.parse("a.two"));
    assertThat(cut.databases()).hasSize(1);
  }

  @Test
  void namesThatAreNotThereAreNotFoundAndNearOnesAreNamed() {
    assertThatThrownBy(
            () ->
                CatalogCut.collect(
                    catalog,
                    Scope.ofTable("prod", TableName.parse("a.onne")),
                    CutOptions.defaults()))
        .isInstanceOf(BcnException.class)
        .hasMessage("Cannot find table 'a.onne' in catalog 'prod': there is none of that name")
        .satisfies(
            failure -> {
              assertThat(((BcnException) failure).code()).isEqualTo(ErrorCode.NOT_FOUND);
              assertThat(((BcnException) failure).hint()).startsWith("Did you mean 'a.one'");
            });
    assertThatThrownBy(
            () ->
                CatalogCut.collect(
                    catalog,
                    Scope.ofDatabase("prod", DatabaseName.parse("emtpy")),
                    CutOptions.defaults()))
        .isInstanceOf(BcnException.class)
        .hasMessage("Cannot find database 'emtpy' in catalog 'prod': there is none of that name")
        .satisfies(
            failure ->
                assertThat(((BcnException) failure).hint()).isEqualTo("Did you mean 'empty'?"));
    assertThatThrownBy(
            () ->
                CatalogCut.collect(
                    catalog,
                    Scope.ofTable("prod", TableName.parse("nowhere.one")),
                    CutOptions.defaults()))
        .isInstanceOf(BcnException.class)
        .hasMessage("Cannot find database 'nowhere' in catalog 'prod': there is none of that name");
  }

  /** On a busy machine the writer may rest for as long as two looks take. */
  private Cut cutThatWasDisturbed() {
    for (int i = 0; i < ATTEMPTS; i++) {
      Cut cut = CatalogCut.collect(catalog, ALL, OF_TWO_LOOKS);
      if (cut.window().mode() == CutMode.BEST_EFFORT) {
        return cut;
      }
    }
    throw new AssertionError("the writer never disturbed a cut");
  }

  @Test
  void aSourceThatKeepsChangingIsPinnedWithItsWindowOrRefused() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    Thread busy =
        new Thread(
            () -> {
              Table table = writer.catalog().loadTable(TableIdentifier.of("a", "one"));
              while (!stop.get()) {
                TestCatalogs.Writer.change(table);
              }
            });
    // Many tables, so that a look takes longer than a commit.
    writer.database("many");
    for (int i = 0; i < 60; i++) {
      writer.table("many", "t" + i);
    }
    busy.start();
    try {
      Cut cut = cutThatWasDisturbed();
      assertThat(cut.window().from()).isBefore(cut.window().to());
      assertThat(cut.tables()).hasSize(63);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < ATTEMPTS; i++) {
                  CatalogCut.collect(catalog, ALL, OF_TWO_LOOKS.strict());
                }
              })
          .isInstanceOf(BcnException.class)
          .hasMessage(
              "Cannot pin catalog 'prod' at one moment: it changed during each of 2 looks, by 1 tables in the last")
          .satisfies(
              failure ->
                  assertThat(((BcnException) failure).code()).isEqualTo(ErrorCode.SOURCE_CHANGING));
    } finally {
      stop.set(true);
      busy.join();
    }
    assertThat(CatalogCut.collect(catalog, ALL, CutOptions.defaults().strict()).window().mode())
        .isEqualTo(CutMode.CONSISTENT);
  }

  @Test
  void twoLooksDifferWhenATableIsNewGoneChangedOrAnotherOneOfTheSameName() {
    try (DriverThreads threads = new DriverThreads(2)) {
      CutPass first = CutPass.take(catalog, ALL, threads, Map.of());
      assertThat(CutPass.take(catalog, ALL, threads, Map.of()).sawTheSameAs(first)).isTrue();

      TestCatalogs.Writer.change(writer.catalog().loadTable(TableIdentifier.of("a", "one")));
      CutPass changed = CutPass.take(catalog, ALL, threads, Map.of());
      assertThat(changed.sawTheSameAs(first)).isFalse();
      assertThat(changed.differencesTo(first)).hasToString("[a.one]");

      writer.catalog().dropTable(TableIdentifier.of("a", "one"));
      CutPass dropped = CutPass.take(catalog, ALL, threads, Map.of());
      assertThat(dropped.tables()).doesNotContainKey(TableName.parse("a.one"));
      assertThat(dropped.sawTheSameAs(changed)).isFalse();

      writer.table("a", "one");
      assertThat(CutPass.take(catalog, ALL, threads, Map.of()).sawTheSameAs(dropped)).isFalse();

      writer.database("new");
      assertThat(CutPass.take(catalog, ALL, threads, Map.of()).sawTheSameAs(dropped)).isFalse();
    }
  }

  @Test
  void aTableThatGoesBetweenListingAndLoadingIsNotThere() {
    assertThat(CatalogCut.repin(catalog, TableName.parse("a.gone"))).isEmpty();
    writer.catalog().dropTable(TableIdentifier.of("a", "two"));
    assertThat(CatalogCut.repin(catalog, TableName.parse("a.two"))).isEmpty();
    assertThat(CatalogCut.repin(catalog, TableName.parse("nowhere.two"))).isEmpty();
  }

  @Test
  void aGoneTableWithTheNameOfAMetadataTableIsNotTakenForOne() {
    assertThat(CatalogCut.repin(catalog, TableName.parse("a.one.files"))).isEmpty();
  }

  @Test
  void repinsOneTableAsItIsNow() {
    PinnedTable before = CatalogCut.collect(catalog, ALL, CutOptions.defaults()).tables().get(1);
    TestCatalogs.Writer.change(writer.catalog().loadTable(TableIdentifier.of("a", "one")));
    CatalogCut.Repinned after = CatalogCut.repin(catalog, before.name()).orElseThrow();
    PinnedTable pinned = (PinnedTable) after.state();
    assertThat(pinned.uuid()).isEqualTo(before.uuid());
    assertThat(pinned.sameStateAs(before)).isFalse();
    assertThat(after.fileIos().at(pinned.fileIo()).newInputFile(pinned.metadataLocation()).exists())
        .isTrue();
  }

  @Test
  void metadataThatIsMissingIsAValue() throws IOException {
    Table two = writer.catalog().loadTable(TableIdentifier.of("a", "two"));
    Files.delete(Path.of(TableUtil.metadataFileLocation(two)));
    Cut cut = CatalogCut.collect(catalog, ALL, CutOptions.defaults());
    assertThat(cut.window().mode()).isEqualTo(CutMode.CONSISTENT);
    assertThat(cut.tables()).hasSize(2);
    assertThat(cut.unreadable()).hasSize(1);
    UnreadableTable unreadable = cut.unreadable().get(0);
    assertThat(unreadable.name()).isEqualTo(TableName.parse("a.two"));
    assertThat(unreadable.code()).isEqualTo(ErrorCode.SOURCE_MISSING);
    assertThat(unreadable.message())
        .startsWith("Cannot read table 'a.two': ")
        .contains(".metadata.json")
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"format-version\":", "{}", "{\"format-version\": 99}", ""})
  void metadataThatCantBeUnderstoodIsAValue(String content) throws IOException {
    Map<String, String> hadoop = TestCatalogs.hadoop("hd", folder.resolve("hd"));
    TestCatalogs.writer(hadoop, "hd").table("db", "t");
    TestCatalogs.writer(hadoop, "hd").table("db", "good");
    Path metadata = folder.resolve("hd/db/t/metadata");
    Files.deleteIfExists(metadata.resolve(".v1.metadata.json.crc"));
    Files.writeString(metadata.resolve("v1.metadata.json"), content);
    try (IcebergCatalog damaged = IcebergCatalog.open(hadoop, "hd")) {
      Cut cut = CatalogCut.collect(damaged, Scope.ofCatalog("hd"), CutOptions.defaults());
      assertThat(cut.tables())
          .extracting(PinnedTable::name)
          .containsExactly(TableName.parse("db.good"));
      assertThat(cut.unreadable().get(0).code())
          .as(cut.unreadable().get(0).message())
          .isEqualTo(content.contains("99") ? ErrorCode.UNSUPPORTED : ErrorCode.DAMAGED);
    }
  }

  @Test
  void aHadoopTableThatWasDroppedAndCreatedIsAnotherStateAtTheSamePointer() {
    Map<String, String> hadoop = TestCatalogs.hadoop("hd", folder.resolve("hd"));
    TestCatalogs.Writer hd = TestCatalogs.writer(hadoop, "hd");
    hd.table("db", "t");
    try (IcebergCatalog opened = IcebergCatalog.open(hadoop, "hd")) {
      PinState before = CatalogCut.repin(opened, TableName.parse("db.t")).orElseThrow().state();
      hd.catalog().dropTable(TableIdentifier.of("db", "t"));
      hd.table("db", "t");
      PinState after = CatalogCut.repin(opened, TableName.parse("db.t")).orElseThrow().state();
      assertThat(((PinnedTable) after).metadataLocation())
          .isEqualTo(((PinnedTable) before).metadataLocation());
      assertThat(after.sameStateAs(before)).isFalse();
    }
  }

  @Test
  void theFileIosOfACutAreOneAndSurviveTheWayToAnExecutor() throws Exception {
    conf.put("spark.hadoop.my.setting", "kept");
    try (IcebergCatalog configured = IcebergCatalog.open(conf, "prod")) {
      Cut cut = CatalogCut.collect(configured, ALL, CutOptions.defaults());
      assertThat(cut.fileIos().size()).isEqualTo(1);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(cut.fileIos());
        out.writeObject(cut.tables().get(0));
      }
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        FileIos arrived = (FileIos) in.readObject();
        PinnedTable table = (PinnedTable) in.readObject();
        FileIO io = arrived.at(table.fileIo());
        assertThat(io).isSameAs(arrived.at(0)).isSameAs(cut.fileIos().at(0));
        assertThat(io.newInputFile(table.metadataLocation()).exists()).isTrue();
        assertThat(((org.apache.iceberg.hadoop.HadoopFileIO) io).conf().get("my.setting"))
            .isEqualTo("kept");
      }
    }
  }

  @Test
  void aTableThatLiesInNoDatabaseIsReported() {
    writer.table("rooted");
    Cut cut = CatalogCut.collect(catalog, ALL, CutOptions.defaults());
    assertThat(cut.skipped())
        .containsExactly(
            new SkippedObject(TableName.parse("(none).rooted"), "it lies in no database"));
    assertThat(
            CatalogCut.collect(
                    catalog,
                    Scope.ofDatabase("prod", DatabaseName.parse("a")),
                    CutOptions.defaults())
                .skipped())
        .isEmpty();
  }

  @Test
  void twoThousandTablesAreQuick() throws Exception {
    writer.database("big");
    addCopies(writer.table("big", "t"), 2000);
    long start = System.nanoTime();
    Cut cut = CatalogCut.collect(catalog, ALL, CutOptions.defaults());
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.println("TIMING a cut of 2,004 tables on SQLite: " + took.toMillis() + " ms");
    assertThat(cut.tables()).hasSize(2004);
    assertThat(took).isLessThan(Duration.ofSeconds(30));
  }

  /**
   * Enters copies of a table's metadata straight into the catalog's database: creating tables one
   * by one takes a minute.
   */
  private void addCopies(Table table, int count) throws IOException, SQLException {
    Path metadata = Path.of(TableUtil.metadataFileLocation(table));
    String json = Files.readString(metadata);
    try (Connection connection =
            DriverManager.getConnection(conf.get("spark.sql.catalog.prod.uri"));
        PreparedStatement row =
            connection.prepareStatement(
                "insert into iceberg_tables (catalog_name, table_namespace, table_name, metadata_location) values (?, ?, ?, ?)")) {
      connection.setAutoCommit(false);
      for (int i = 0; i < count; i++) {
        Path copy = metadata.resolveSibling(i + "-" + metadata.getFileName());
        Files.writeString(
            copy, json.replace(table.uuid().toString(), UUID.randomUUID().toString()));
        row.setString(1, "prod");
        row.setString(2, "big");
        row.setString(3, "copy" + i);
        row.setString(4, copy.toString());
        row.addBatch();
      }
      row.executeBatch();
      connection.commit();
    }
  }
}
