package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program on a real cluster: the driver in one process, two executors in others. */
@Timeout(600)
class ClusterIT {
  private static final Pattern TASK_ON =
      Pattern.compile("\"Event\":\"SparkListenerTaskEnd\".*?\"Executor ID\":\"([^\"]+)\"");

  @TempDir Path temp;

  @Test
  void twoExecutorsOfAStandaloneClusterRunABackupAndARestore() throws Exception {
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.v2 (id BIGINT) USING iceberg"
            + " TBLPROPERTIES ('format-version'='2','write.delete.mode'='merge-on-read')",
        "INSERT INTO @.db.v2 SELECT id FROM range(50)",
        "DELETE FROM @.db.v2 WHERE id % 7 = 1",
        "CREATE TABLE @.db.v3 (id BIGINT) USING iceberg"
            + " TBLPROPERTIES ('format-version'='3','write.delete.mode'='merge-on-read')",
        "INSERT INTO @.db.v3 SELECT id FROM range(50)",
        "DELETE FROM @.db.v3 WHERE id % 7 = 1");
    Map<String, Contents> expected = Contents.ofAll(source);
    Lake target = Lake.jdbc(temp.resolve("target"));
    String repository = temp.resolve("repo").toString();

    try (StandaloneCluster cluster = StandaloneCluster.start(temp.resolve("cluster"))) {
      Path backupEvents = Files.createDirectories(temp.resolve("backup-events"));
      JsonNode backup =
          BcnProcess.json(
              BcnProcess.submitted(
                  cluster.url(),
                  settings(backupEvents, source),
                  "backup",
                  "--repo",
                  repository,
                  "--catalog",
                  source.catalog(),
                  "--json"));
      assertThat(backup.path("complete").asBoolean()).isTrue();
      assertThat(executorsIn(backupEvents)).containsExactly("0", "1");
      source.vanish();

      Path restoreEvents = Files.createDirectories(temp.resolve("restore-events"));
      BcnProcess.json(
          BcnProcess.submitted(
              cluster.url(),
              settings(restoreEvents, target),
              "restore",
              "--repo",
              repository,
              "--target-catalog",
              target.catalog(),
              "--json"));
      assertThat(executorsIn(restoreEvents)).containsExactly("0", "1");
    }
    Contents.assertEqual(Contents.ofAll(target), expected);
  }

  private static Map<String, String> settings(Path events, Lake lake) {
    Map<String, String> settings = new TreeMap<>(StandaloneCluster.twoExecutors(events));
    settings.putAll(BcnProcess.catalog(lake));
    return settings;
  }

  /** Ids of the executors that finished tasks. */
  private static Set<String> executorsIn(Path events) throws IOException {
    Set<String> executors = new TreeSet<>();
    try (Stream<Path> files = Files.walk(events)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().endsWith(".crc")) {
          for (String line : Files.readAllLines(file)) {
            Matcher task = TASK_ON.matcher(line);
            if (task.find()) {
              executors.add(task.group(1));
            }
          }
        }
      }
    }
    return executors;
  }
}
