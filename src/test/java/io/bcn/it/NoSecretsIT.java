package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A secret in every place where a user may put one is found nowhere: not in the repository, not in
 * what is printed, not in Spark's event log, which is what its UI shows.
 */
@Timeout(600)
class NoSecretsIT {
  private static final String MARK = "hunter2";

  @TempDir Path temp;
  private Path events;
  private Lake source;
  private final StringBuilder printed = new StringBuilder();

  @Test
  void whatAUserKeepsSecretIsWrittenAndPrintedNowhere() throws IOException {
    source =
        Lake.jdbc(temp.resolve("source"))
            .sql(
                "CREATE NAMESPACE @.db WITH DBPROPERTIES ('note' = 'seen', 'db.password' = '%s-db')"
                    .formatted(MARK),
                "CREATE TABLE @.db.t (id BIGINT) USING iceberg",
                "INSERT INTO @.db.t VALUES (1)");
    events = Files.createDirectory(temp.resolve("events"));
    Path repository = temp.resolve("repo");
    Path results = temp.resolve("result.json");
    Path good = settings("good.conf", Map.of());

    assertThat(
            submit(
                good,
                "backup",
                "--repo",
                repository.toString(),
                "--catalog",
                source.catalog(),
                "--result-file",
                results.toString()))
        .isZero();
    assertThat(submit(good, "backup", "--repo", repository.toString(), "--dry-run", "--json"))
        .isZero();
    // The target's database can't be opened: the driver's own message tells its address.
    String target = "spark.sql.catalog.elsewhere";
    Path bad =
        settings(
            "bad.conf",
            Map.of(
                target,
                "org.apache.iceberg.spark.SparkCatalog",
                target + ".type",
                "jdbc",
                target + ".uri",
                "jdbc:sqlite:/no/such/folder/x.db?password=" + MARK + "-uri",
                target + ".warehouse",
                temp.resolve("elsewhere").toString(),
                target + ".jdbc.user",
                "me",
                target + ".jdbc.password",
                MARK + "-target"));
    assertThat(
            submit(
                bad,
                "restore",
                "--repo",
                repository.toString(),
                "--target-catalog",
                "elsewhere",
                "--json"))
        .isNotZero();
    for (String verb : List.of("list", "describe", "repair")) {
      print(BcnProcess.plain(verb, "--repo", repository.toString(), "--json"));
    }
    print(BcnProcess.plain("expire", "--repo", repository.toString(), "--keep-last", "1"));
    print(BcnProcess.plain("list", "--repo", "hdfs://me:" + MARK + "-address@127.0.0.1:1/backups"));

    assertThat(printed.toString()).contains("\"pit\"").contains("Error").doesNotContain(MARK);
    assertNowhere(repository, 8);
    assertNowhere(events, 3);
    assertThat(Files.readString(results)).doesNotContain(MARK);
  }

  /** What a user writes into a file of properties, with a secret wherever one may be. */
  private Path settings(String name, Map<String, String> more) throws IOException {
    Map<String, String> settings = new TreeMap<>(BcnProcess.catalog(source));
    String catalog = "spark.sql.catalog." + source.catalog();
    settings.put(catalog + ".jdbc.password", MARK + "-jdbc");
    settings.put(catalog + ".jdbc.user", "me");
    settings.put(catalog + ".credential", "id:" + MARK + "-credential");
    settings.put(catalog + ".token", MARK + "-token");
    settings.put(catalog + ".s3.secret-access-key", MARK + "-s3");
    settings.put(catalog + ".oauth2-server-uri", "https://me:" + MARK + "-oauth@host/token");
    settings.put("spark.hadoop.fs.s3a.secret.key", MARK + "-s3a");
    settings.put("spark.hadoop.fs.azure.account.key.x", MARK + "-azure");
    settings.put("spark.sql.catalog.other.uri", "jdbc:x://h/d?user=me&pwd=" + MARK + "-other");
    settings.put("spark.eventLog.enabled", "true");
    settings.put("spark.eventLog.dir", events.toUri().toString());
    settings.put("spark.eventLog.compress", "false");
    settings.put("spark.sql.shuffle.partitions", "2");
    settings.putAll(more);
    Path file = temp.resolve(name);
    StringBuilder lines = new StringBuilder();
    settings.forEach((key, value) -> lines.append(key).append(' ').append(value).append('\n'));
    return Files.writeString(file, lines);
  }

  private int submit(Path settings, String... words) {
    return print(BcnProcess.withProperties(settings, words));
  }

  private int print(ChildJvm process) {
    try (process) {
      ChildJvm.Ended ended = process.ended();
      printed.append(ended.out()).append(ended.err());
      return ended.exitCode();
    }
  }

  private static void assertNowhere(Path folder, int atLeast) throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files.filter(Files::isRegularFile).forEach(all::add);
    }
    assertThat(all).hasSizeGreaterThanOrEqualTo(atLeast);
    for (Path file : all) {
      String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      int at = text.indexOf(MARK);
      assertThat(at < 0 ? "" : text.substring(Math.max(0, at - 200), at + MARK.length() + 20))
          .as("what stands in %s", file)
          .isEmpty();
    }
  }
}
