package io.bcn.it;

import io.bcn.it.Features.Bench;
import io.bcn.it.TableWriter.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionStatsHandler;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;

/**
 * One table with a random shape and a random life, by Iceberg's Java API. The same seed, the same
 * table.
 */
final class RandomTable {
  private static final List<String> FORMATS = List.of("parquet", "orc", "avro");
  private static final List<String> PARTS = List.of("a", "b", "100%", "x/y=z", Features.ODD);

  private final Bench bench;
  private final Random random;
  private final List<String> script = new ArrayList<>();
  private final List<BooleanSupplier> operations =
      List.of(
          this::append,
          this::append,
          this::append,
          this::delete,
          this::delete,
          this::equalityDelete,
          this::upgrade,
          this::addColumn,
          this::renameColumn,
          this::dropColumn,
          this::repartition,
          this::tag,
          this::branch,
          this::stage,
          this::rollBack,
          this::expire,
          this::rewriteManifests,
          this::partitionStatistics,
          this::addFromOutside,
          this::addInAnotherSpelling);
  private long nextId;
  private int counter;
  private boolean evolved;

  RandomTable(Bench bench, long seed) {
    this.bench = bench;
    this.random = new Random(seed);
  }

  void live() {
    bench.create(shape());
    append();
    int steps = 3 + random.nextInt(8);
    for (int i = 0; i < steps; i++) {
      while (!operations.get(random.nextInt(operations.size())).getAsBoolean()) {
        // Not every operation fits every table; an append always does.
      }
    }
    if (version() == 1 && random.nextInt(3) == 0) {
      did("embed the manifests");
      Features.embedManifests(bench);
    } else if (gzipped() && random.nextBoolean()) {
      did("rename the metadata file");
      Features.renameMetadata(bench, ".metadata.json.gz");
    }
  }

  /** What was done, for a failure's message. */
  String script() {
    return String.join("; ", script);
  }

  private Shape shape() {
    Shape shape = Shape.version(1 + random.nextInt(3)).format(one(FORMATS)).deletes(one(FORMATS));
    if (random.nextBoolean()) {
      shape = shape.byPart();
    }
    if (random.nextInt(4) == 0) {
      shape = shape.with("write.object-storage.enabled", "true");
    }
    if (random.nextInt(4) == 0) {
      shape = shape.at(bench.outside(one(List.of("t", "odd %20 %2F=+$(ü space)/t", "a/b/c/d"))));
    }
    if (random.nextInt(4) == 0) {
      shape =
          shape.with("write.data.path", bench.outside(one(List.of("t2", "t/data/x", "data disk"))));
    }
    if (random.nextInt(4) == 0) {
      shape = shape.with("write.metadata.path", bench.outside(one(List.of("t3", "meta", "t/m"))));
    }
    if (random.nextInt(4) == 0) {
      shape = shape.with("write.metadata.compression-codec", "gzip");
    }
    if (random.nextInt(4) == 0) {
      shape =
          shape.with(
              "write.avro.compression-codec", one(List.of("snappy", "zstd", "uncompressed")));
    }
    did(shape.toString());
    return shape;
  }

  private boolean append() {
    did("append");
    long from = nextId;
    nextId += 1 + random.nextInt(12);
    bench.append(one(PARTS), from, nextId - 1);
    return true;
  }

  private boolean delete() {
    List<Long> ids = Features.ids(bench.iceberg());
    if (ids.size() < 2 || bench.iceberg().schema().findField("id") == null || hasLostPartitions()) {
      return false;
    }
    did("delete");
    long[] some =
        random.ints(1 + random.nextInt(4), 0, ids.size()).mapToLong(ids::get).distinct().toArray();
    bench.delete(some);
    return true;
  }

  /**
   * Whether data files lie in partitions by a column that was dropped: Iceberg 1.12 writes a
   * position delete of such a file without the partition's value, and then calls the table
   * corrupted.
   */
  private boolean hasLostPartitions() {
    Table table = bench.iceberg();
    Set<Integer> lost =
        table.specs().values().stream()
            .filter(
                spec ->
                    spec.fields().stream()
                        .anyMatch(field -> table.schema().findField(field.sourceId()) == null))
            .map(PartitionSpec::specId)
            .collect(Collectors.toSet());
    try (CloseableIterable<FileScanTask> files = table.newScan().planFiles()) {
      return StreamSupport.stream(files.spliterator(), false)
          .anyMatch(task -> lost.contains(task.file().specId()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean equalityDelete() {
    Table table = bench.iceberg();
    if (version() == 1
        || table.specs().values().stream().noneMatch(spec -> spec.isUnpartitioned())) {
      return false;
    }
    did("equality delete");
    JavaTables.deleteByEquality(
        table,
        FileFormat.fromString(one(FORMATS)),
        random.nextLong(nextId),
        random.nextLong(nextId));
    return true;
  }

  private boolean upgrade() {
    if (version() == 3) {
      return false;
    }
    did("upgrade");
    bench.upgrade(version() + 1);
    return true;
  }

  private boolean addColumn() {
    did("add a column");
    bench.iceberg().updateSchema().addColumn("extra" + counter++, Types.IntegerType.get()).commit();
    return true;
  }

  private boolean renameColumn() {
    if (bench.iceberg().schema().findField("word") == null) {
      return false;
    }
    did("rename a column");
    bench.iceberg().updateSchema().renameColumn("word", "term" + counter++).commit();
    return true;
  }

  private boolean dropColumn() {
    Table table = bench.iceberg();
    boolean used = table.spec().fields().stream().anyMatch(field -> field.sourceId() == 3);
    if (version() == 1 || used || table.schema().findField("part") == null) {
      return false;
    }
    did("drop a column");
    table.updateSchema().deleteColumn("part").commit();
    return true;
  }

  private boolean repartition() {
    if (evolved) {
      return false;
    }
    evolved = true;
    did("partition by another column");
    Table table = bench.iceberg();
    var update = table.updateSpec().addField(Expressions.bucket("id", 3));
    if (!table.spec().isUnpartitioned()) {
      update.removeField("part");
    }
    update.commit();
    return true;
  }

  private boolean tag() {
    did("tag");
    Table table = bench.iceberg();
    String name = "tag" + counter++;
    table
        .manageSnapshots()
        .createTag(name, table.currentSnapshot().snapshotId())
        .setMaxRefAgeMs(name, 1_000_000_000L + random.nextInt(1000))
        .commit();
    return true;
  }

  private boolean branch() {
    did("append on a branch");
    Table table = bench.iceberg();
    String name = "branch" + counter++;
    table
        .manageSnapshots()
        .createBranch(name, table.currentSnapshot().snapshotId())
        .setMinSnapshotsToKeep(name, 1 + random.nextInt(5))
        .commit();
    var append = table.newFastAppend().toBranch(name);
    JavaTables.dataFiles(table, one(PARTS), nextId, nextId + 2).forEach(append::appendFile);
    nextId += 3;
    append.commit();
    return true;
  }

  private boolean stage() {
    did("stage");
    Table table = bench.iceberg();
    var append = table.newFastAppend().set("wap.id", "w" + counter++).stageOnly();
    JavaTables.dataFiles(table, one(PARTS), nextId, nextId + 2).forEach(append::appendFile);
    nextId += 3;
    append.commit();
    return true;
  }

  private boolean rollBack() {
    Table table = bench.iceberg();
    Snapshot now = table.currentSnapshot();
    if (now.parentId() == null || table.snapshot(now.parentId()) == null) {
      return false;
    }
    did("roll back");
    table.manageSnapshots().rollbackTo(now.parentId()).commit();
    return true;
  }

  private boolean expire() {
    did("expire");
    bench
        .iceberg()
        .expireSnapshots()
        .expireOlderThan(System.currentTimeMillis() + 1000)
        .retainLast(1 + random.nextInt(2))
        .commit();
    return true;
  }

  private boolean rewriteManifests() {
    did("rewrite manifests");
    bench.iceberg().rewriteManifests().clusterBy(file -> "all").commit();
    return true;
  }

  private boolean partitionStatistics() {
    Table table = bench.iceberg();
    // Iceberg 1.12 writes them in the table's format, and can't write ORC.
    boolean orc = table.properties().get("write.format.default").equals("orc");
    if (evolved || orc || table.spec().isUnpartitioned()) {
      return false;
    }
    did("partition statistics");
    try {
      table
          .updatePartitionStatistics()
          .setPartitionStatistics(PartitionStatsHandler.computeAndWriteStatsFile(table))
          .commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return true;
  }

  private boolean addFromOutside() {
    did("add a file from outside");
    addAt(bench.outside("imported/%20 in=" + counter++ + "/part-0.parquet"));
    return true;
  }

  private boolean addInAnotherSpelling() {
    did("add a file in another spelling");
    String bare = FilesOfTable.path(bench.iceberg().location()).toString();
    addAt(one(List.of("file:", "file://", "")) + bare + "/data/spelled-" + counter++ + ".bin");
    return true;
  }

  private void addAt(String location) {
    Table table = bench.iceberg();
    table
        .newFastAppend()
        .appendFile(JavaTables.dataFile(table, location, one(PARTS), nextId, nextId))
        .commit();
    nextId++;
  }

  private int version() {
    return TableUtil.formatVersion(bench.iceberg());
  }

  private boolean gzipped() {
    return "gzip".equals(bench.iceberg().properties().get("write.metadata.compression-codec"));
  }

  private void did(String what) {
    script.add(what);
  }

  private <T> T one(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
