package io.bcn.it;

import com.github.dockerjava.api.model.Bind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * The story of {@link CatalogStory} on a metastore that runs in a container, as Hive ships it.
 * Skipped, with a line that says so, where there is no container daemon.
 */
class ContainersIT {
  private static final int METASTORE = 9083;

  @TempDir Path temp;

  @Test
  void aMetastoreInAContainerIsBackedUpAndRestored() {
    assumeContainers();
    try (GenericContainer<?> from = metastore();
        GenericContainer<?> to = metastore()) {
      CatalogStory story = new CatalogStory(CatalogKind.HIVE, temp);
      story.backUpTwice(lake(from, temp.resolve("source")));
      story.restoreInto(CatalogKind.HIVE, lake(to, temp.resolve("target")));
    }
  }

  private static void assumeContainers() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      String reason = "Skipped: there is no container daemon on this machine";
      System.out.println(reason);
      Assumptions.abort(reason);
    }
  }

  /** The warehouse is mounted where it lies here: the metastore makes the databases' folders. */
  private GenericContainer<?> metastore() {
    GenericContainer<?> container =
        new GenericContainer<>("apache/hive:3.1.3")
            .withEnv("SERVICE_NAME", "metastore")
            .withExposedPorts(METASTORE)
            .withCreateContainerCmdModifier(
                command ->
                    command
                        .withUser("root")
                        .getHostConfig()
                        .withBinds(Bind.parse(temp + ":" + temp)))
            .waitingFor(Wait.forListeningPort().withStartupTimeout(Duration.ofMinutes(3)));
    container.start();
    return container;
  }

  private static Lake lake(GenericContainer<?> metastore, Path folder) {
    return Lake.of(
        "hive",
        Map.of(
            "uri",
            "thrift://%s:%d".formatted(metastore.getHost(), metastore.getMappedPort(METASTORE)),
            "warehouse",
            folder.resolve("warehouse").toString()),
        folder);
  }
}
