package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.it.TableWriter.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionStatsHandler;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.iceberg.types.Types;

/**
 * What Iceberg tables may have, each as a table to be made and a look at the restored one that
 * shows that it still has it.
 */
final class Features {
  /** A value that folders of partitions and object keys have to encode. */
  static final String ODD = "ü 100%/a=b+c$(d";

  /**
   * One row of the matrix.
   *
   * @param by whether it is a matter of the engine that writes, or of the catalog's operations
   *     alone
   * @param make the table's life before the first PIT
   * @param then its life between the first PIT and the second
   * @param shows what the restored table must still have
   */
  record Feature(
      String name, By by, Consumer<Bench> make, Consumer<Bench> then, Consumer<Table> shows) {}

  enum By {
    THE_ENGINE,
    THE_API
  }

  /** Where one table is made. */
  record Bench(Lake lake, TableWriter writer, String table, Path outside) {
    Bench create(Shape shape) {
      writer.create(table, shape);
      return this;
    }

    Bench append(String part, long from, long to) {
      writer.append(table, part, from, to);
      return this;
    }

    Bench append(long from, long to) {
      return append("a", from, to);
    }

    Bench delete(long... ids) {
      writer.delete(table, ids);
      return this;
    }

    Table iceberg() {
      return lake.iceberg().loadTable(TableIdentifier.parse(table));
    }

    /** A folder of this table alone, outside the warehouse. */
    String outside(String name) {
      return outside
          .resolve(writer.name())
          .resolve(table.replaceFirst(".*\\.", ""))
          .resolve(name)
          .toString();
    }

    /** Runs a procedure of Iceberg for Spark, the table being its first argument. */
    void call(String procedure, String more) {
      lake.sql("CALL @.system.%s(table => '%s'%s)".formatted(procedure, table, more));
    }

    void upgrade(int version) {
      iceberg()
          .updateProperties()
          .set("format-version", String.valueOf(version))
          .set("write.delete.mode", "merge-on-read")
          .commit();
    }
  }

  private static final List<Feature> ALL = new ArrayList<>();

  private Features() {}

  static List<Feature> all() {
    return List.copyOf(ALL);
  }

  private static void add(String name, Consumer<Bench> make, Consumer<Table> shows) {
    ALL.add(new Feature(name, By.THE_ENGINE, make, nothing -> {}, shows));
  }

  private static void addOnce(String name, Consumer<Bench> make, Consumer<Table> shows) {
    addOnce(name, make, nothing -> {}, shows);
  }

  private static void addOnce(
      String name, Consumer<Bench> make, Consumer<Bench> then, Consumer<Table> shows) {
    ALL.add(new Feature(name, By.THE_API, make, then, shows));
  }

  static {
    content();
    versions();
    shapes();
    places();
    history();
  }

  private static void content() {
    for (String format : List.of("parquet", "orc", "avro")) {
      add(
          format + " data",
          bench ->
              bench.create(Shape.version(2).format(format).byPart()).append(1, 5).append("b", 6, 9),
          table -> assertThat(formats(table, FileContent.DATA)).containsExactly(format));
      add(
          format + " position deletes",
          bench ->
              bench
                  .create(Shape.version(2).deletes(format))
                  .append(1, 10)
                  .append(11, 20)
                  .append(21, 30)
                  .delete(2, 13, 17, 22)
                  .delete(5),
          table -> {
            assertThat(formats(table, FileContent.POSITION_DELETES)).containsExactly(format);
            assertThat(ids(table)).hasSize(25).doesNotContain(2L, 13L, 17L, 22L, 5L);
          });
      addOnce(
          format + " equality deletes",
          bench -> {
            bench.create(Shape.version(2).format(format)).append(1, 10);
            JavaTables.deleteByEquality(bench.iceberg(), FileFormat.fromString(format), 3, 4);
            bench.append(4, 5);
          },
          table -> {
            assertThat(formats(table, FileContent.EQUALITY_DELETES)).containsExactly(format);
            assertThat(ids(table)).hasSize(10).containsOnlyOnce(4L).doesNotContain(3L);
          });
    }
    add(
        "several deletion vectors in one Puffin file",
        bench ->
            bench
                .create(Shape.version(3))
                .append(1, 10)
                .append(11, 20)
                .append(21, 30)
                .delete(1, 12, 13, 29)
                .delete(2, 30),
        table -> {
          List<DeleteFile> vectors = deletes(table, FileContent.POSITION_DELETES);
          Set<String> files =
              vectors.stream().map(DeleteFile::location).collect(Collectors.toSet());
          assertThat(vectors).hasSizeGreaterThan(files.size());
          assertThat(ids(table)).hasSize(24);
        });
    add(
        "statistics files",
        bench -> {
          bench.create(Shape.version(2).byPart()).append(1, 5).append("b", 6, 9);
          SparkActions.get(SharedSpark.session())
              .computeTableStats(bench.iceberg())
              .columns("id")
              .execute();
          Table table = bench.iceberg();
          try {
            table
                .updatePartitionStatistics()
                .setPartitionStatistics(PartitionStatsHandler.computeAndWriteStatsFile(table))
                .commit();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        table -> {
          assertThat(table.statisticsFiles()).hasSize(1);
          assertThat(table.statisticsFiles().get(0).blobMetadata()).isNotEmpty();
          assertThat(table.partitionStatisticsFiles()).hasSize(1);
        });
    addOnce(
        "a table without a snapshot",
        bench -> bench.create(Shape.version(2)),
        table -> assertThat(table.currentSnapshot()).isNull());
  }

  private static void versions() {
    add(
        "version 1",
        bench -> bench.create(Shape.version(1).byPart()).append(1, 9).append("b", 10, 12).delete(3),
        table -> assertThat(TableUtil.formatVersion(table)).isEqualTo(1));
    addOnce(
        "version 1 with embedded manifests",
        bench -> {
          bench.create(Shape.version(1)).append(1, 9).append(10, 12);
          embedManifests(bench);
        },
        table ->
            assertThat(table.snapshots())
                .hasSize(2)
                .allMatch(snapshot -> snapshot.manifestListLocation() == null));
    add(
        "version 3 row lineage",
        bench -> {
          bench.create(Shape.version(3)).append(1, 10).append(11, 20).delete(4);
          // Spark carries the ids of rows that it rewrites along.
          bench
              .lake()
              .sql("UPDATE @.%s SET word = 'changed' WHERE id = 15".formatted(bench.table()));
          bench.iceberg().rewriteManifests().clusterBy(file -> "all").commit();
        },
        table ->
            assertThat(
                    String.join(
                        "\n",
                        Readings.of(table).bySnapshot().get(table.currentSnapshot().snapshotId())))
                .contains("changed"));
    add(
        "upgraded from version 1 to 2 to 3",
        bench -> {
          bench.create(Shape.version(1)).append(1, 10);
          bench.upgrade(2);
          bench.append(11, 20).delete(3, 14);
          bench.upgrade(3);
          bench.append(21, 30).delete(25, 6);
        },
        table -> {
          assertThat(TableUtil.formatVersion(table)).isEqualTo(3);
          assertThat(formats(table, FileContent.POSITION_DELETES)).contains("parquet", "puffin");
          assertThat(ids(table)).hasSize(26).doesNotContain(3L, 14L, 25L, 6L);
        });
  }

  private static void shapes() {
    add(
        "schema evolution",
        bench -> {
          bench.create(Shape.version(2)).append(1, 5);
          bench.iceberg().updateSchema().addColumn("n", Types.IntegerType.get()).commit();
          bench.append(6, 9);
          bench
              .iceberg()
              .updateSchema()
              .updateColumn("n", Types.LongType.get())
              .renameColumn("word", "term")
              .deleteColumn("part")
              .moveFirst("n")
              .commit();
          bench.append(10, 12);
          bench.iceberg().updateSchema().addColumn("part", Types.StringType.get()).commit();
        },
        table -> {
          assertThat(table.schemas().values()).hasSizeGreaterThan(2);
          assertThat(table.schema().findField("part").fieldId()).isEqualTo(5);
        });
    add(
        "version 3 default values",
        bench -> {
          bench.create(Shape.version(3)).append(1, 5);
          bench
              .iceberg()
              .updateSchema()
              .addColumn("lang", Types.StringType.get(), Expressions.lit("de"))
              .commit();
          bench.append(6, 9);
        },
        table -> assertThat(table.schema().findField("lang").initialDefault()).isEqualTo("de"));
    add(
        "partition evolution in version 1",
        bench -> {
          bench.create(Shape.version(1).byPart()).append(1, 5).append("b", 6, 9);
          bucketById(bench);
          bench.append(10, 20).delete(7, 15);
        },
        // A field that was removed stays there, as one that is always null.
        table -> assertThat(table.spec().fields()).hasSize(2));
    add(
        "partition evolution and a dropped source column",
        bench -> {
          bench.create(Shape.version(2).byPart()).append(1, 5).append("b", 6, 9);
          bucketById(bench);
          bench.append(10, 20).delete(7, 15);
          bench.iceberg().updateSchema().deleteColumn("part").commit();
          bench.append(21, 25);
        },
        table -> {
          assertThat(table.specs()).hasSize(2);
          assertThat(table.schema().findField("part")).isNull();
        });
    add(
        "metadata packed as .gz.metadata.json",
        bench ->
            bench
                .create(Shape.version(2).with("write.metadata.compression-codec", "gzip"))
                .append(1, 5)
                .append(6, 9),
        table -> assertThat(TableUtil.metadataFileLocation(table)).endsWith(".gz.metadata.json"));
    addOnce(
        "metadata packed as .metadata.json.gz",
        bench -> {
          bench
              .create(Shape.version(2).with("write.metadata.compression-codec", "gzip"))
              .append(1, 5);
          renameMetadata(bench, ".metadata.json.gz");
        },
        table -> assertThat(ids(table)).hasSize(5));
  }

  private static void bucketById(Bench bench) {
    bench.iceberg().updateSpec().removeField("part").addField(Expressions.bucket("id", 4)).commit();
  }

  private static void places() {
    add(
        "data and metadata paths of their own",
        bench ->
            bench
                .create(
                    Shape.version(2)
                        .byPart()
                        .with("write.data.path", bench.outside("data disk"))
                        .with("write.metadata.path", bench.outside("meta")))
                .append(1, 5)
                .append(6, 9)
                .delete(2, 7),
        table -> {
          assertThat(table.properties().get("write.data.path")).startsWith(table.location() + "/");
          assertThat(table.properties().get("write.metadata.path"))
              .startsWith(table.location() + "/");
        });
    add(
        "object storage layout",
        bench ->
            bench
                .create(
                    Shape.version(2)
                        .byPart()
                        .with("write.object-storage.enabled", "true")
                        .with("write.data.path", bench.outside("objects")))
                .append(1, 5)
                .append(ODD, 6, 9)
                .delete(7),
        table -> assertThat(ids(table)).hasSize(8));
    add(
        "files added from outside, with equal names",
        bench -> {
          bench.create(Shape.version(2).byPart());
          addFromOutside(bench);
          bench.append("own", 100, 103);
        },
        table ->
            assertThat(contents(table, ManifestContent.DATA))
                .filteredOn(file -> file.location().contains("/relocated-external/"))
                .hasSizeGreaterThan(1));
    addOnce(
        "schemes mixed in one table",
        bench -> {
          bench.create(Shape.version(2)).append(1, 5);
          Table table = bench.iceberg();
          String bare = FilesOfTable.path(table.location()).toString();
          table
              .newAppend()
              .appendFile(JavaTables.dataFile(table, "file:" + bare + "/data/x.parquet", "a", 6, 9))
              .appendFile(
                  JavaTables.dataFile(table, "file://" + bare + "/data/y.parquet", "a", 10, 14))
              .appendFile(JavaTables.dataFile(table, bare + "/data/z.parquet", "a", 15, 19))
              .commit();
          new JavaTables(bench.lake().iceberg()).delete(bench.table(), 2, 7, 11, 16);
        },
        table -> assertThat(ids(table)).hasSize(15).doesNotContain(2L, 7L, 11L, 16L));
    addOnce(
        "one file under two spellings",
        bench -> {
          bench.create(Shape.version(2));
          Table table = bench.iceberg();
          String bare = FilesOfTable.path(table.location()).toString();
          DataFile file = JavaTables.dataFile(table, bare + "/data/one.parquet", "a", 1, 5);
          table.newAppend().appendFile(file).commit();
          table.newDelete().deleteFile(file).commit();
          DataFile same =
              DataFiles.builder(table.spec())
                  .copy(file)
                  .withPath("file://" + bare + "/data/one.parquet")
                  .build();
          table.newAppend().appendFile(same).commit();
        },
        table -> assertThat(ids(table)).hasSize(5));
    add(
        "odd characters in names and partition values",
        bench ->
            bench
                .create(Shape.version(2).byPart().at(bench.outside("odd %20 %2F=+$(ü space)/t")))
                .append(ODD, 1, 5)
                .append(ODD, 6, 9)
                .delete(2, 7),
        table -> assertThat(ids(table)).hasSize(7));
    add(
        "roots that begin alike",
        bench ->
            bench
                .create(
                    Shape.version(2)
                        .at(bench.outside("t"))
                        .with("write.data.path", bench.outside("t2")))
                .append(1, 5)
                .append(6, 9)
                .delete(2, 7),
        table -> assertThat(ids(table)).hasSize(7));
    add(
        "a data path below the table's location, and metadata above it",
        bench ->
            bench
                .create(
                    Shape.version(2)
                        .at(bench.outside("a/t"))
                        .with("write.data.path", bench.outside("a/t/deeper/data"))
                        .with("write.metadata.path", bench.outside("a")))
                .append(1, 5)
                .delete(2),
        table -> assertThat(ids(table)).hasSize(4));
  }

  private static void history() {
    addOnce(
        "branches and tags with their retention",
        bench -> {
          bench.create(Shape.version(2)).append(1, 5).append(6, 9);
          Table table = bench.iceberg();
          long first = table.snapshots().iterator().next().snapshotId();
          table
              .manageSnapshots()
              .createTag("start", first)
              .setMaxRefAgeMs("start", 1_000_000_000L)
              .createBranch("side", first)
              .setMinSnapshotsToKeep("side", 3)
              .setMaxSnapshotAgeMs("side", 2_000_000_000L)
              .setMaxRefAgeMs("side", 3_000_000_000L)
              .commit();
          var onSide = table.newFastAppend().toBranch("side");
          JavaTables.dataFiles(table, "a", 100, 103).forEach(onSide::appendFile);
          onSide.commit();
        },
        table -> {
          SnapshotRef side = table.refs().get("side");
          assertThat(side.minSnapshotsToKeep()).isEqualTo(3);
          assertThat(side.maxSnapshotAgeMs()).isEqualTo(2_000_000_000L);
          assertThat(side.maxRefAgeMs()).isEqualTo(3_000_000_000L);
          assertThat(table.refs().get("start").maxRefAgeMs()).isEqualTo(1_000_000_000L);
        });
    addOnce(
        "a snapshot that was staged and not published",
        bench -> {
          bench.create(Shape.version(2).with("write.wap.enabled", "true")).append(1, 5);
          Table table = bench.iceberg();
          var staged = table.newFastAppend().set("wap.id", "audit-1").stageOnly();
          JavaTables.dataFiles(table, "a", 6, 9).forEach(staged::appendFile);
          staged.commit();
        },
        table -> {
          assertThat(table.snapshots())
              .filteredOn(snapshot -> "audit-1".equals(snapshot.summary().get("wap.id")))
              .singleElement()
              .satisfies(
                  staged ->
                      assertThat(table.refs().values())
                          .noneMatch(ref -> ref.snapshotId() == staged.snapshotId()));
          assertThat(ids(table)).hasSize(5);
        });
    historyOf(
        "expired snapshots",
        bench -> bench.append(6, 9).delete(2),
        bench ->
            bench
                .iceberg()
                .expireSnapshots()
                .expireOlderThan(System.currentTimeMillis() + 1000)
                .retainLast(1)
                .commit(),
        table -> assertThat(table.snapshots()).hasSize(1));
    historyOf(
        "rewritten manifests",
        bench -> bench.append(6, 9).delete(2),
        bench -> bench.iceberg().rewriteManifests().clusterBy(file -> "all").commit(),
        table -> assertThat(table.currentSnapshot().dataManifests(table.io())).hasSize(1));
    historyOf(
        "compaction",
        bench -> bench.append(6, 9).delete(2),
        bench -> bench.call("rewrite_data_files", ", options => map('rewrite-all', 'true')"),
        table -> assertThat(table.currentSnapshot().operation()).isEqualTo("replace"));
    historyOf(
        "rollback",
        bench -> bench.append(6, 9),
        bench -> {
          Table table = bench.iceberg();
          table.manageSnapshots().rollbackTo(table.currentSnapshot().parentId()).commit();
        },
        table -> assertThat(ids(table)).hasSizeLessThan(9));
  }

  /** One row with the operation before the first PIT, and one with it between the PITs as well. */
  private static void historyOf(
      String name, Consumer<Bench> work, Consumer<Bench> operation, Consumer<Table> shows) {
    Consumer<Bench> make =
        bench -> {
          bench.create(Shape.version(2)).append(1, 5);
          work.accept(bench);
        };
    addOnce(name + " before the PIT", make.andThen(operation), shows);
    addOnce(name + " between PITs", make, operation, shows);
  }

  /** As early writers left version 1: each snapshot names its manifests itself. */
  static void embedManifests(Bench bench) {
    Table table = bench.iceberg();
    edit(
        bench,
        root ->
            root.get("snapshots")
                .forEach(
                    node -> {
                      ObjectNode snapshot = (ObjectNode) node;
                      snapshot.remove("manifest-list");
                      ArrayNode manifests = snapshot.putArray("manifests");
                      table
                          .snapshot(snapshot.get("snapshot-id").longValue())
                          .allManifests(table.io())
                          .forEach(manifest -> manifests.add(manifest.path()));
                    }));
  }

  /** Changes the current metadata file behind everybody's back. */
  static void edit(Bench bench, Consumer<ObjectNode> change) {
    Path file = FilesOfTable.path(bench.lake().pointer(bench.table()));
    ObjectNode root = (ObjectNode) SameButForPlaces.json(file);
    change.accept(root);
    boolean packed = file.toString().contains(".gz.") || file.toString().endsWith(".gz");
    try {
      try (OutputStream plain = Files.newOutputStream(file);
          OutputStream out = packed ? new GZIPOutputStream(plain) : plain) {
        out.write(root.toString().getBytes(StandardCharsets.UTF_8));
      }
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void renameMetadata(Bench bench, String suffix) {
    String pointer = bench.lake().pointer(bench.table());
    Path file = FilesOfTable.path(pointer);
    String name = file.getFileName().toString().replaceFirst("(\\.gz)?\\.metadata\\.json$", "");
    try {
      Files.move(file, file.resolveSibling(name + suffix));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TableIdentifier id = TableIdentifier.parse(bench.table());
    bench.lake().iceberg().dropTable(id, false);
    bench
        .lake()
        .iceberg()
        .registerTable(id, pointer.replaceFirst("(\\.gz)?\\.metadata\\.json$", suffix));
  }

  /** By Spark's procedure from a folder of Parquet files, by the API from two folders. */
  private static void addFromOutside(Bench bench) {
    if (bench.writer() instanceof SqlTables) {
      String folder = bench.outside("imported");
      bench
          .lake()
          .query(
              "SELECT id, concat('word-', id) AS word, if(id < 3, 'x %', 'y=z') AS part FROM range(0, 6, 1, 1)")
          .write()
          .partitionBy("part")
          .parquet(folder);
      bench.call("add_files", ", source_table => '`parquet`.`%s`'".formatted(folder));
      return;
    }
    Table table = bench.iceberg();
    table
        .newAppend()
        .appendFile(
            JavaTables.dataFile(table, bench.outside("part=x %/part-00000.parquet"), "x %", 0, 2))
        .appendFile(
            JavaTables.dataFile(table, bench.outside("part=y=z/part-00000.parquet"), "y=z", 3, 5))
        .commit();
  }

  /** The ids of the rows now. */
  static List<Long> ids(Table table) {
    return Readings.ids(table);
  }

  private static Set<String> formats(Table table, FileContent content) {
    return Stream.of(ManifestContent.values())
        .flatMap(kind -> contents(table, kind).stream())
        .filter(file -> file.content() == content)
        .map(file -> file.format().name().toLowerCase(java.util.Locale.ROOT))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<DeleteFile> deletes(Table table, FileContent content) {
    return contents(table, ManifestContent.DELETES).stream()
        .map(DeleteFile.class::cast)
        .filter(file -> file.content() == content)
        .toList();
  }

  /** Live files of all snapshots. */
  private static List<ContentFile<?>> contents(Table table, ManifestContent content) {
    List<ContentFile<?>> files = new ArrayList<>();
    for (Snapshot snapshot : table.snapshots()) {
      for (ManifestFile manifest :
          content == ManifestContent.DATA
              ? snapshot.dataManifests(table.io())
              : snapshot.deleteManifests(table.io())) {
        try (ManifestReader<? extends ContentFile<?>> reader =
            content == ManifestContent.DATA
                ? ManifestFiles.read(manifest, table.io(), table.specs())
                : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
          reader.forEach(file -> files.add((ContentFile<?>) file.copy()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return files;
  }
}
