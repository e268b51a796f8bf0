package io.bcn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * The form of {@code docker/}: no container daemon runs where these tests do, but files that do not
 * fit each other show without one.
 */
class ComposeFileTest {
  private static final Path DOCKER = Path.of("docker");
  private static final Pattern FROM = Pattern.compile("(?m)^FROM (\\S+)");
  private static final Pattern COPY = Pattern.compile("(?m)^COPY (?!--from)(.+) \\S+$");
  private static final Pattern ADDRESS = Pattern.compile("(?:https?|thrift)://([\\w-]+):(\\d+)");

  private final Map<String, Object> services = map(compose().get("services"));

  private static Map<String, Object> compose() {
    try {
      return new Yaml().load(Files.readString(DOCKER.resolve("compose.yml")));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object yaml) {
    return (Map<String, Object>) yaml;
  }

  private static List<?> list(Object yaml) {
    return (List<?>) yaml;
  }

  @Test
  void theServicesAreThereAndEachSaysWhenItIsReady() {
    assertThat(services)
        .containsOnlyKeys(
            "minio", "buckets", "postgres", "metastore", "spark-master", "spark-worker", "bcn");
    services.forEach(
        (name, service) ->
            assertThat(map(map(service).get("healthcheck")))
                .as(name)
                .containsKeys("test", "retries"));
  }

  @Test
  void aServiceWaitsOnlyForServicesThatAreThere() {
    services.forEach(
        (name, service) -> {
          Object waits = map(service).get("depends_on");
          if (waits != null) {
            assertThat(services.keySet()).as(name).containsAll(map(waits).keySet());
          }
        });
  }

  @Test
  void imagesArePinnedByVersionAndPortsAreOfThisMachineOnly() throws IOException {
    services.forEach(
        (name, service) -> {
          assertThat((String) map(service).get("image"))
              .as(name)
              .matches("[\\w./-]+:.+")
              .doesNotEndWith(":latest");
          Object ports = map(service).get("ports");
          if (ports != null) {
            list(ports)
                .forEach(port -> assertThat((String) port).as(name).startsWith("127.0.0.1:"));
          }
        });
    for (Path file :
        List.of(DOCKER.resolve("Dockerfile"), DOCKER.resolve("metastore/Dockerfile"))) {
      Matcher from = FROM.matcher(Files.readString(file));
      while (from.find()) {
        assertThat(from.group(1)).matches("[\\w./-]+:\\d.*");
      }
    }
  }

  @Test
  void whatIsBuiltAndCopiedStandsInTheRepository() throws IOException {
    Set<String> built = new TreeSet<>();
    for (Object service : services.values()) {
      Object build = map(service).get("build");
      if (build != null) {
        assertThat(map(build)).containsEntry("context", "..");
        built.add((String) map(build).get("dockerfile"));
      }
    }
    assertThat(built).containsExactly("docker/Dockerfile", "docker/metastore/Dockerfile");
    for (String dockerfile : built) {
      Matcher copy = COPY.matcher(Files.readString(Path.of(dockerfile)));
      assertThat(copy.results().flatMap(found -> List.of(found.group(1).split(" ")).stream()))
          .as(dockerfile)
          .isNotEmpty()
          .allSatisfy(path -> assertThat(Path.of(path)).exists());
    }
    assertThat(DOCKER.resolve("demo.sh")).isExecutable();
  }

  @Test
  void theExampleOfTheStackSpeaksToItsServices() throws IOException {
    for (Path file :
        List.of(Path.of("conf/minio-hive.conf"), DOCKER.resolve("metastore/core-site.xml"))) {
      Set<String> addresses = new TreeSet<>();
      Matcher address = ADDRESS.matcher(Files.readString(file));
      while (address.find()) {
        addresses.add(address.group(1) + ":" + address.group(2));
      }
      assertThat(addresses)
          .as(file.toString())
          .isNotEmpty()
          .isSubsetOf("minio:9000", "metastore:9083");
    }
    assertThat(list(map(services.get("minio")).get("ports"))).asString().contains(":9000:9000");
    assertThat(map(map(services.get("metastore")).get("healthcheck")).get("test"))
        .asString()
        .contains("/9083");
    String buckets = map(services.get("buckets")).get("entrypoint").toString();
    assertThat(Files.readString(Path.of("conf/minio-hive.conf")))
        .contains("s3a://warehouse/")
        .contains("s3://backups/");
    assertThat(buckets).contains("lake/warehouse", "lake/backups");
    assertThat(Files.readString(DOCKER.resolve("demo.sh")))
        .contains("conf/minio-hive.conf", "s3://backups/", "--catalog lake", "lake.shop.orders");
  }
}
