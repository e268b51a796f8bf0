package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.TableName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An earlier state of a table in the place of its later one, in catalogs that really swap. */
class SwapTest {
  private static final TableName NAME = TableName.parse("db.t");
  private static final TableIdentifier TABLE = TableIdentifier.of("db", "t");

  @TempDir Path folder;

  private Map<String, String> conf(String kind) {
    return kind.equals("hadoop")
        ? TestCatalogs.hadoop("lake", folder.resolve("lake"))
        : TestCatalogs.jdbc("lake", folder);
  }

  private Table table(String kind) {
    TestCatalogs.Writer writer = TestCatalogs.writer(conf(kind), "lake");
    writer.database("db");
    return writer.table("db", "t");
  }

  private Table now(String kind) {
    return TestCatalogs.writer(conf(kind), "lake").catalog().loadTable(TABLE);
  }

  private static Path file(String location) {
    return Path.of(location.replaceFirst("^file:", ""));
  }

  /** What a restore places: the metadata of now, in a file of its own. */
  private static String placed(Table table, String from, String to) throws IOException {
    String pointer = TableUtil.metadataFileLocation(table);
    Path copy =
        file(table.location()).resolve("metadata/00000-" + UUID.randomUUID() + ".metadata.json");
    return Files.writeString(copy, Files.readString(file(pointer)).replace(from, to)).toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hadoop", "jdbc"})
  void theEarlierStateIsBackAndNoMetadataFileIsGone(String kind) throws IOException {
    Table table = table(kind);
    table
        .updateProperties()
        .set("write.metadata.delete-after-commit.enabled", "true")
        .set("write.metadata.previous-versions-max", "2")
        .set("state", "early")
        .commit();
    String early = placed(table, "", "");
    List<String> pointers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      table.updateProperties().set("state", "later " + i).commit();
      pointers.add(TableUtil.metadataFileLocation(table));
    }
    try (TargetCatalog catalog = TargetCatalog.open(conf(kind), "lake")) {
      StandingTable standing = catalog.standing(NAME);
      standing.checkReplaceable();
      assertThat(standing.pointer()).isEqualTo(pointers.get(3));

      String pointer = standing.replaceBy(early, standing.location());

      Table after = now(kind);
      assertThat(TableUtil.metadataFileLocation(after)).isEqualTo(pointer);
      assertThat(after.uuid()).isEqualTo(table.uuid());
      assertThat(after.properties())
          .containsEntry("state", "early")
          .containsEntry("write.metadata.delete-after-commit.enabled", "true")
          .containsEntry("bcn.replaced-metadata", pointers.get(3));
      // The pointer of before, and what its own log still named.
      pointers.subList(1, 4).forEach(kept -> assertThat(file(kept)).exists());
      assertThat(Path.of(early)).doesNotExist();
      TestCatalogs.Writer.change(after);
      TestCatalogs.Writer.change(after);
      TestCatalogs.Writer.change(after);
      pointers.subList(1, 4).forEach(kept -> assertThat(file(kept)).exists());
      assertThat(catalog.standing(NAME).note()).contains(pointers.get(3));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hadoop", "jdbc"})
  void anotherTableTakesItsPlace(String kind) throws IOException {
    Table table = table(kind);
    String uuid = UUID.randomUUID().toString();
    String other = placed(table, table.uuid().toString(), uuid);
    TestCatalogs.Writer.change(table);
    try (TargetCatalog catalog = TargetCatalog.open(conf(kind), "lake")) {
      StandingTable standing = catalog.standing(NAME);

      standing.replaceBy(other, standing.location());

      assertThat(now(kind).uuid()).hasToString(uuid);
      assertThat(now(kind).properties()).doesNotContainKey("changed");
      TestCatalogs.Writer.change(now(kind));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hadoop", "jdbc"})
  void whatIsCommittedAfterTheLookSurvives(String kind) throws IOException {
    Table table = table(kind);
    String early = placed(table, "", "");
    try (TargetCatalog catalog = TargetCatalog.open(conf(kind), "lake")) {
      StandingTable standing = catalog.standing(NAME);
      table.updateProperties().set("by", "somebody").commit();
      String theirs = TableUtil.metadataFileLocation(table);

      assertThatThrownBy(() -> standing.replaceBy(early, standing.location()))
          .isInstanceOfSatisfying(
              BcnException.class,
              failure -> assertThat(failure.code()).isEqualTo(ErrorCode.TARGET_CHANGED))
          .hasMessage(
              "Cannot replace table 'db.t': somebody has changed it since the restore looked at it");
      assertThat(TableUtil.metadataFileLocation(now(kind))).isEqualTo(theirs);

      // Dropped and made again, a Hadoop table has the names of its files again, and is another.
      StandingTable second = catalog.standing(NAME);
      TestCatalogs.Writer writer = TestCatalogs.writer(conf(kind), "lake");
      writer.catalog().dropTable(TABLE, false);
      Table again = writer.table("db", "t");
      TestCatalogs.Writer.change(again);
      String placed = placed(again, "", "");
      assertThatThrownBy(() -> second.replaceBy(placed, second.location()))
          .isInstanceOf(BcnException.class)
          .hasMessageEndingWith("somebody has changed it since the restore looked at it");
      assertThat(now(kind).uuid()).isEqualTo(again.uuid());

      writer.catalog().dropTable(TABLE, false);
      assertThatThrownBy(() -> second.replaceBy(placed, second.location()))
          .isInstanceOf(BcnException.class)
          .hasMessageEndingWith("somebody has changed it since the restore looked at it");
      assertThatThrownBy(() -> catalog.standing(NAME))
          .isInstanceOf(BcnException.class)
          .hasMessage("Cannot replace table 'db.t': it has gone meanwhile");
    }
  }

  @Test
  void aLeftoverOfAHigherVersionIsRefusedInThePlan() throws IOException {
    Table table = table("hadoop");
    TestCatalogs.Writer.change(table);
    Path metadata = file(table.location()).resolve("metadata");
    try (TargetCatalog catalog = TargetCatalog.open(conf("hadoop"), "lake")) {
      catalog.standing(NAME).checkReplaceable();
      Files.copy(metadata.resolve("v2.metadata.json"), metadata.resolve("v4.metadata.json"));

      assertThatThrownBy(() -> catalog.standing(NAME).checkReplaceable())
          .isInstanceOfSatisfying(
              BcnException.class,
              refused -> {
                assertThat(refused.code()).isEqualTo(ErrorCode.UNSUPPORTED);
                assertThat(refused.hint())
                    .isEqualTo(
                        "The table is at version 2: move the files of higher versions away.");
              })
          .hasMessage(
              "Cannot replace table 'db.t': its folder '%s' has a leftover file of version 4, which would come before the restored state",
              metadata);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hadoop", "jdbc"})
  void aTableIsAsRegisteredUntilSomebodyCommits(String kind) throws IOException {
    Table source = table("jdbc");
    Map<String, String> conf =
        kind.equals("hadoop")
            ? TestCatalogs.hadoop("target", folder.resolve("target"))
            : TestCatalogs.jdbc("target", folder);
    TableName copy = TableName.parse("db.copy");
    try (TargetCatalog catalog = TargetCatalog.open(conf, "target")) {
      catalog.createDatabaseIfMissing(copy.database(), Map.of());
      Placement place = catalog.place(copy);
      String location = place.location();
      Path given = file(location).resolve("metadata/00000-mine.gz.metadata.json");
      Files.createDirectories(given.getParent());
      byte[] json =
          Files.readString(file(TableUtil.metadataFileLocation(source)))
              .replace(source.location(), location)
              .getBytes(StandardCharsets.UTF_8);
      Files.write(
          given, MetadataJson.print((ObjectNode) MetadataJson.parse("", json), given.toString()));
      assertThat(catalog.isAsRegistered(copy, "00000-mine")).isFalse();

      catalog.register(copy, place.fileIo(), given.toString());

      assertThat(catalog.isAsRegistered(copy, "00000-mine")).isTrue();
      assertThat(catalog.isAsRegistered(copy, "00000-others")).isFalse();
      TestCatalogs.Writer.change(
          TestCatalogs.writer(conf, "target")
              .catalog()
              .loadTable(TableIdentifier.of("db", "copy")));
      assertThat(catalog.isAsRegistered(copy, "00000-mine")).isFalse();
    }
  }
}
