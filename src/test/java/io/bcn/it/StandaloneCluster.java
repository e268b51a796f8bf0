package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real Spark cluster on this machine: a Master and a Worker with room for two executors, in
 * processes of their own.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofMinutes(1);

  private final ChildJvm master;
  private final ChildJvm worker;
  private final String url;

  private StandaloneCluster(ChildJvm master, ChildJvm worker, String url) {
    this.master = master;
    this.worker = worker;
    this.url = url;
  }

  static StandaloneCluster start(Path folder) throws Exception {
    int port = freePort();
    String url = "spark://127.0.0.1:" + port;
    ChildJvm master =
        ChildJvm.start(
            Map.of(),
            daemon(
                "org.apache.spark.deploy.master.Master",
                List.of(
                    "--host", "127.0.0.1", "--port", "" + port, "--webui-port", "" + freePort())));
    await(master, "I have been elected leader");
    ChildJvm worker =
        ChildJvm.start(
            Map.of("SPARK_HOME", home(folder).toString(), "SPARK_SCALA_VERSION", "2.13"),
            daemon(
                "org.apache.spark.deploy.worker.Worker",
                List.of(
                    "--host",
                    "127.0.0.1",
                    "--cores",
                    "2",
                    "--memory",
                    "2g",
                    "--webui-port",
                    "" + freePort(),
                    "--work-dir",
                    folder.resolve("work").toString(),
                    url)));
    await(worker, "Successfully registered with master");
    return new StandaloneCluster(master, worker, url);
  }

  String url() {
    return url;
  }

  /**
   * Two executors of one core; what tests and the application need is in their own class folders.
   */
  static Map<String, String> twoExecutors(Path eventLog) {
    return Map.of(
        // Spark's 200 would be a hundred tiny tasks a core here.
        "spark.sql.shuffle.partitions", "8",
        "spark.executor.cores", "1",
        "spark.executor.memory", "600m",
        "spark.cores.max", "2",
        // Both are there before the first job, so that neither does it all alone.
        "spark.scheduler.minRegisteredResourcesRatio", "1.0",
        "spark.executor.extraClassPath", Path.of("target", "classes").toAbsolutePath().toString(),
        "spark.driver.host", "127.0.0.1",
        "spark.eventLog.enabled", "true",
        "spark.eventLog.compress", "false",
        "spark.eventLog.dir", eventLog.toUri().toString());
  }

  /** Spark looks for its jars below its home. */
  private static Path home(Path folder) throws IOException {
    Path jars = Files.createDirectories(folder.resolve("home").resolve("jars"));
    for (String entry : ChildJvm.classPath().split(File.pathSeparator, -1)) {
      Path jar = Path.of(entry);
      if (entry.endsWith(".jar") && !Files.exists(jars.resolve(jar.getFileName()))) {
        Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar.toAbsolutePath());
      }
    }
    return jars.getParent();
  }

  private static List<String> daemon(String main, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "@conf/jvm-flags",
                "-Xmx256m",
                "-Dlog4j2.level=info",
                "-Dlog4j2.configurationFile=org/apache/spark/log4j2-defaults.properties",
                main));
    command.addAll(arguments);
    return command;
  }

  private static void await(ChildJvm daemon, String said) throws InterruptedException {
    Instant end = Instant.now().plus(LONGEST_START);
    while (!daemon.errSoFar().contains(said)) {
      assertThat(Instant.now())
          .as("waiting for '%s'; it said: %s", said, daemon.errSoFar())
          .isBefore(end);
      assertThat(daemon.isAlive()).as(daemon.errSoFar()).isTrue();
      Thread.sleep(100);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    worker.kill();
    worker.close();
    master.kill();
    master.close();
  }
}
