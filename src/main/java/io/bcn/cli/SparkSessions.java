package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.logging.log4j.LogManager;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * The Spark session of one verb: the one that is there already, in a notebook, or a new one, which
 * ends with the verb.
 */
final class SparkSessions implements AutoCloseable {
  private static final Pattern LOCAL = Pattern.compile("local(\\[(\\d+|\\*)(,.*)?\\])?");
  private static final int PARTITIONS_PER_CORE = 2;

  /**
   * Which settings Spark shows neither in its UI nor in its event log, by their keys or values.
   * Spark's own choice misses what catalogs call credentials, and passwords in addresses.
   */
  private static final String SECRET =
      "(?i)secret|passw|pwd|token|credential|access[._-]?key|account[._-]?key|api[._-]?key|private"
          + "|sas\\b|signature|//[^/@:?#\\s]*:[^/@\\s]+@";

  private static final String SPECULATION = "spark.speculation";

  /** Hooks run from the highest number down; Spark's own has 40. */
  private static final int BEFORE_SPARK_STOPS = 100;

  private final SparkSession session;
  private final Ending ending;

  private enum Ending {
    STOPS,
    GOES_ON
  }

  private SparkSessions(SparkSession session, Ending ending) {
    this.session = session;
    this.ending = ending;
  }

  static SparkSessions open(String verb, Surroundings surroundings) {
    if (SparkSession.getDefaultSession().isDefined()) {
      return new SparkSessions(SparkSession.getDefaultSession().get(), Ending.GOES_ON);
    }
    SparkConf conf = configuration(verb, SparkSettings.of(surroundings));
    try {
      SparkSession session = SparkSession.builder().config(conf).getOrCreate();
      endQuietly();
      return new SparkSessions(session, Ending.STOPS);
    } catch (Exception e) {
      // All of them: Scala throws checked exceptions that it does not declare.
      throw new BcnException(
          ErrorCode.USAGE,
          "Cannot start Spark on '%s': %s".formatted(conf.get("spark.master"), e.getMessage()),
          "Check --master, --conf and --properties-file.",
          e);
    }
  }

  /**
   * On Ctrl-C, Spark stops under its own tasks and logs each of their failures with a stack trace,
   * which is no news to who pressed it: the log ends before Spark does. So does {@code System.err},
   * where Scala prints what its futures fail with; BCN's own last line has the stream from before.
   */
  private static void endQuietly() {
    if (!ownsTheProcess()) {
      ShutdownHookManager.get()
          .addShutdownHook(
              () -> {
                LogManager.shutdown();
                System.setErr(
                    new PrintStream(
                        OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
              },
              BEFORE_SPARK_STOPS);
    }
  }

  /**
   * What a new session gets: the user's settings, ours where the user says nothing, and what is
   * fixed.
   */
  static SparkConf configuration(String verb, Map<String, String> settings) {
    SparkConf conf = new SparkConf(false);
    settings.forEach(conf::set);
    conf.setIfMissing("spark.master", "local[*]");
    // spark-submit names a program by its main class where the user gives no name.
    if (conf.get("spark.app.name", Bcn.class.getName()).equals(Bcn.class.getName())) {
      conf.setAppName("bcn " + verb);
    }
    Matcher local = LOCAL.matcher(conf.get("spark.master"));
    if (local.matches()) {
      // Without executors to spare, what Spark gains by planning again after each shuffle and by
      // generating code is less than what both cost: for one table as for a million files.
      conf.setIfMissing("spark.sql.adaptive.enabled", "false");
      conf.setIfMissing("spark.sql.codegen.wholeStage", "false");
      conf.setIfMissing("spark.sql.codegen.factoryMode", "NO_CODEGEN");
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing(
          "spark.sql.shuffle.partitions", String.valueOf(PARTITIONS_PER_CORE * cores(local)));
    }
    conf.setIfMissing("spark.sql.adaptive.enabled", "true");
    conf.setIfMissing("spark.redaction.regex", SECRET);
    // Two tries of one task at once would write one target file at once.
    conf.set(SPECULATION, "false");
    // Kryo's serializer of fields breaks records, which travel to executors and back.
    return conf.set("spark.serializer", JavaSerializer.class.getName());
  }

  private static int cores(Matcher local) {
    String cores = local.group(2);
    if (cores == null) {
      return 1;
    }
    return cores.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(cores);
  }

  /** Whether Spark's own process runs us: the cluster deploy mode. */
  static boolean ownsTheProcess() {
    return "cluster".equals(System.getProperty(SparkSettings.DEPLOY_MODE));
  }

  SparkSession session() {
    return session;
  }

  /**
   * <i>Fails</i> with USAGE where Spark may run two tries of one task at once: only a session that
   * was there before can be so.
   */
  void refuseSpeculation(String verb) {
    if (session.sparkContext().getConf().getBoolean(SPECULATION, false)) {
      throw new BcnException(
          ErrorCode.USAGE,
          "Cannot %s in this Spark session: %s is true, and two tries of one task would write the same files"
              .formatted(verb, SPECULATION),
          "Start the session with %s=false, or run bin/bcn %s, which starts one of its own."
              .formatted(SPECULATION, verb));
    }
  }

  /** Spark's whole configuration, with what was set while the session ran. */
  Map<String, String> settings() {
    return settings(session);
  }

  /** What {@link #settings} will be, as far as it can be told before a session is started. */
  static Map<String, String> settingsNow(Surroundings surroundings) {
    return SparkSession.getDefaultSession().isDefined()
        ? settings(SparkSession.getDefaultSession().get())
        : SparkSettings.of(surroundings);
  }

  private static Map<String, String> settings(SparkSession session) {
    Map<String, String> settings = new TreeMap<>();
    for (Tuple2<String, String> setting : session.sparkContext().getConf().getAll()) {
      settings.put(setting._1(), setting._2());
    }
    // Iterated as it is: Scala 2.12 and 2.13 have no conversion in common.
    Iterator<Tuple2<String, String>> atRuntime = session.conf().getAll().iterator();
    while (atRuntime.hasNext()) {
      Tuple2<String, String> setting = atRuntime.next();
      settings.put(setting._1(), setting._2());
    }
    return settings;
  }

  @Override
  public void close() {
    if (ending == Ending.STOPS) {
      session.stop();
    }
  }
}
