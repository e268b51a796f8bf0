package io.bcn.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.ObjectKey;
import io.bcn.it.S3Server;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import software.amazon.awssdk.services.s3.S3Client;

/** A race of processes for one commit on S3. Their credentials come by the SDK's default chain. */
@Timeout(180)
@EnabledIf(value = S3Server.CAN_RUN, disabledReason = S3Server.WHY_NOT)
class S3ProcessesTest {
  private static final int PROCESSES = 16;
  private static final int COMMITS = 10;

  @TempDir Path folder;
  private final List<Process> processes = new ArrayList<>();

  /** In a JVM of its own: {@code <root> <endpoint> <id>}. */
  public static void main(String[] arguments) throws InterruptedException {
    Storage storage =
        StorageLocation.parse(arguments[0])
            .open(Map.of("s3.endpoint", arguments[1], "s3.path-style-access", "true"));
    String id = arguments[2];
    storage.create(ObjectKey.of("ready/" + id), new byte[0]);
    while (storage.stat(ObjectKey.of("start")).isEmpty()) {
      Thread.sleep(5);
    }
    List<String> won = new ArrayList<>();
    for (int i = 0; i < COMMITS; i++) {
      if (storage.create(ObjectKey.of("commits/" + i), id.getBytes(UTF_8))) {
        won.add(Integer.toString(i));
      }
    }
    storage.create(ObjectKey.of("won/" + id), String.join(",", won).getBytes(UTF_8));
  }

  @AfterEach
  void stopProcesses() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void ofManyProcessesExactlyOneCommits() throws Exception {
    // Not a constant: the processes have this class too, and no server.
    S3Server server = S3Server.shared();
    Storage storage =
        StorageLocation.parse("s3://" + server.newBucket() + "/repo")
            .open(server.icebergProperties());
    for (int id = 1; id <= PROCESSES; id++) {
      start(storage.root(), server.endpoint().toString(), Integer.toString(id));
    }
    while (count(storage, "ready") < PROCESSES) {
      assertThat(processes).as(log()).allMatch(Process::isAlive);
      Thread.sleep(20);
    }
    assertThat(storage.create(ObjectKey.of("start"), new byte[0])).isTrue();
    for (Process process : processes) {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(log()).isZero();
    }

    List<String> wins = new ArrayList<>();
    for (int id = 1; id <= PROCESSES; id++) {
      String won = new String(storage.read(ObjectKey.of("won/" + id)).orElseThrow(), UTF_8);
      for (String commit : won.isEmpty() ? new String[0] : won.split(",", -1)) {
        wins.add(commit);
        assertThat(storage.read(ObjectKey.of("commits/" + commit)))
            .hasValue(Integer.toString(id).getBytes(UTF_8));
      }
    }
    assertThat(wins).hasSize(COMMITS).doesNotHaveDuplicates();
  }

  private static long count(Storage storage, String prefix) {
    try (Stream<ObjectStat> objects = storage.list(ObjectKey.of(prefix))) {
      return objects.count();
    }
  }

  private void start(String... arguments) throws IOException {
    String classPath =
        Stream.of(
                S3Storage.class,
                S3ProcessesTest.class,
                FileSystem.class,
                S3Client.class,
                Logger.class)
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"));
    command.addAll(List.of("-cp", classPath, S3ProcessesTest.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(folder.resolve("log").toFile()));
    builder.environment().put("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY);
    builder.environment().put("AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY);
    processes.add(builder.start());
  }

  private String log() throws IOException {
    return "what the processes said: " + Files.readString(folder.resolve("log"));
  }
}
