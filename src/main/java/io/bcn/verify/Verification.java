package io.bcn.verify;

import io.bcn.copy.Amounts;
import io.bcn.copy.ByteBalance;
import io.bcn.copy.FileRow;
import io.bcn.copy.Kept;
import io.bcn.copy.Progress;
import io.bcn.storage.Storage;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Looks at everything that PITs reach, each object once however many PITs reach it.
 *
 * <p><i>Shape</i>: files never reach the driver, damaged ones are counted there and the first
 * {@link #NAMED} named. Writes nothing, takes no lock.
 */
public final class Verification {
  /** How many findings a summary names. */
  public static final int NAMED = 100;

  private static final int TASKS_PER_CORE = 4;

  private final SparkSession spark;
  private final JavaSparkContext executors;
  private final Progress progress;

  public Verification(SparkSession spark, Progress progress) {
    this.spark = spark;
    this.executors = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.progress = progress;
  }

  /**
   * Runs it. Damage is a finding; <i>fails</i> where the look itself is not possible: CREDENTIALS,
   * STORAGE_UNAVAILABLE, FORMAT_TOO_NEW.
   */
  public VerifySummary run(VerifyRequest request) {
    return look(request).summary();
  }

  /** The same, with the ways by which damaged objects are needed. */
  public Verified look(VerifyRequest request) {
    progress.step("Reading PIT manifests");
    PitChain chain = PitChain.of(request.repository(), request.pit());
    try (Kept kept = new Kept()) {
      return look(request, chain, kept);
    } finally {
      spark.sparkContext().setJobDescription(null);
    }
  }

  private Verified look(VerifyRequest request, PitChain chain, Kept kept) {
    progress.step("Reading what %,d PITs name".formatted(chain.pits().size()));
    Storage storage = request.repository().storage();
    NamingDocuments documents =
        new NamingDocuments(storage, request.repository().scope().catalog(), looked(request));
    JavaRDD<Told> byPits = kept.keep(namedByPits(chain, documents));
    JavaRDD<Told> byStates = kept.keep(namedBy(byPits, Expected.STATE, documents));
    JavaRDD<Told> byParts = kept.keep(namedBy(byStates, Expected.PART, documents));
    Dataset<Row> objects = kept.keep(objects(looked(request), List.of(byPits, byStates, byParts)));
    Amounts amounts = Amounts.of(objects);
    OpenedTables opened = open(request, byPits);
    JavaRDD<Damage> found =
        kept.keep(
            damages(byStates)
                .union(damages(byParts))
                .union(damagedObjects(storage, level(request, opened), objects, amounts, kept)));
    JavaRDD<Damage> damages = kept.keep(found.union(without(found, opened.damages())));
    Map<Problem, Long> byProblem = counted(chain, damages);
    List<Damage> first = damages.takeOrdered(request.named(), Comparator.naturalOrder());
    Hits hits = Hits.of(first, expected(byParts), expected(byStates), expected(byPits));
    VerifySummary summary =
        new VerifySummary(
            "1",
            storage.root(),
            request.level(),
            request.subset().text(),
            chain.pits().stream().map(PitRef::pit).toList(),
            amounts.files(),
            amounts.bytes(),
            byProblem.values().stream().mapToLong(Long::longValue).sum(),
            byProblem,
            Stream.concat(chain.findings().stream(), first.stream().map(hits::finding))
                .limit(request.named())
                .toList(),
            opened.counts(),
            opened.notices());
    return new Verified(
        summary,
        first.stream().collect(Collectors.toMap(Damage::key, hits::needs, Verification::both)));
  }

  private static <T> List<T> both(List<T> some, List<T> more) {
    return Stream.concat(some.stream(), more.stream()).distinct().toList();
  }

  /** Opens the tables, where that was asked for. */
  private OpenedTables open(VerifyRequest request, JavaRDD<Told> byPits) {
    if (request.level() != Level.RESTORE) {
      return new OpenedTables(VerifySummary.Opened.NOTHING, List.of(), List.of());
    }
    List<OpenTables.State> states =
        expected(byPits)
            .filter(object -> object.is(Expected.STATE))
            .mapToPair(object -> new Tuple2<>(object.id(), object))
            .reduceByKey((one, same) -> one, tasks())
            .values()
            .collect()
            .stream()
            .map(object -> new OpenTables.State(object.ref(), object.table()))
            // Oldest first: a snapshot that several states have is told of the first.
            .sorted(Comparator.comparing(state -> state.ref().key().value()))
            .toList();
    return new OpenTables(executors, progress, request.repository().storage(), request.subset())
        .run(states);
  }

  /** An object that was found damaged already is told once. */
  private JavaRDD<Damage> without(JavaRDD<Damage> found, List<Damage> more) {
    if (more.isEmpty()) {
      return executors.emptyRDD();
    }
    Set<String> ids = more.stream().map(Damage::id).collect(Collectors.toSet());
    Set<String> known = Set.copyOf(found.map(Damage::id).filter(ids::contains).collect());
    return executors.parallelize(
        more.stream().filter(damage -> !known.contains(damage.id())).toList());
  }

  private JavaRDD<Told> namedByPits(PitChain chain, NamingDocuments documents) {
    int slices = Math.max(1, Math.min(tasks(), chain.pits().size()));
    return executors.parallelize(chain.pits(), slices).flatMap(documents::inManifest);
  }

  /** What the documents of a kind name; one that several name is read once. */
  private JavaRDD<Told> namedBy(JavaRDD<Told> named, String kind, NamingDocuments documents) {
    return expected(named)
        .filter(object -> object.is(kind))
        .mapToPair(object -> new Tuple2<>(object.id(), object))
        .reduceByKey((one, same) -> one, tasks())
        .values()
        .flatMap(documents::in);
  }

  /** A subset divides the reading; where rows are read, all objects are looked at all the same. */
  private static Subset looked(VerifyRequest request) {
    return request.level() == Level.RESTORE ? Subset.ALL : request.subset();
  }

  private Dataset<Row> objects(Subset subset, List<JavaRDD<Told>> named) {
    JavaRDD<Expected> all =
        named.stream().map(Verification::expected).reduce(JavaRDD::union).orElseThrow();
    JavaPairRDD<String, Expected> once =
        all.filter(object -> object.isLeaf() && subset.has(object.key()))
            .mapToPair(object -> new Tuple2<>(object.id(), object))
            .reduceByKey(Expected::orLonger, tasks());
    return spark.createDataset(
        once.values().map(object -> object.toRow().toRow()).rdd(), FileRow.encoder());
  }

  /** Files of a table that can't be opened were not read: then all are, by themselves. */
  private static Level level(VerifyRequest request, OpenedTables opened) {
    boolean unread = request.level() == Level.RESTORE && !opened.damages().isEmpty();
    return unread && request.subset().isAll() ? Level.CHECKSUM : request.level();
  }

  private JavaRDD<Damage> damagedObjects(
      Storage storage, Level level, Dataset<Row> objects, Amounts amounts, Kept kept) {
    if (amounts.files() == 0) {
      return executors.emptyRDD();
    }
    String what = level == Level.CHECKSUM ? "Reading stored objects" : "Looking at stored objects";
    Dataset<Row> looked = objects;
    Amounts all = amounts;
    if (level == Level.EXISTS) {
      looked = kept.keep(Suspects.among(objects, storage));
      all = Amounts.of(looked);
      if (all.files() == 0) {
        return executors.emptyRDD();
      }
    }
    try (Progress.Moving moving = progress.moving(what, all)) {
      Look look = new Look(storage, level);
      JavaRDD<Damage> damages =
          kept.keep(
              ByteBalance.balance(looked, all, kept)
                  .mapPartitions(new CheckObjects(look, moving.filesDone(), moving.bytesDone())));
      // Now, while its progress is shown.
      var unused = damages.count();
      return damages;
    }
  }

  private static Map<Problem, Long> counted(PitChain chain, JavaRDD<Damage> damages) {
    Map<Problem, Long> counts = new TreeMap<>();
    // By name: the hash of an enum constant differs from process to process.
    damages
        .map(damage -> damage.problem().name())
        .countByValue()
        .forEach((problem, count) -> counts.put(Problem.valueOf(problem), count));
    chain.findings().forEach(finding -> counts.merge(finding.problem(), 1L, Long::sum));
    return counts;
  }

  private static JavaRDD<Expected> expected(JavaRDD<Told> told) {
    return told.filter(Expected.class::isInstance).map(Expected.class::cast);
  }

  private static JavaRDD<Damage> damages(JavaRDD<Told> told) {
    return told.filter(Damage.class::isInstance).map(Damage.class::cast);
  }

  private int tasks() {
    return executors.defaultParallelism() * TASKS_PER_CORE;
  }
}
