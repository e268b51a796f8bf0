package io.bcn.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.ObjectKey;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What threads of one JVM cannot show: races between processes, and a process that is killed. */
@Timeout(120)
class LocalStorageProcessesTest {
  private static final int PROCESSES = 4;
  private static final int KEYS = 200;
  private static final ObjectKey REPLACED = ObjectKey.of("docs/replaced");

  @TempDir Path folder;
  private final List<Process> processes = new ArrayList<>();

  /** In a JVM of its own: {@code race <root> <id>} or {@code replace <root>}. */
  public static void main(String[] arguments) throws IOException {
    Storage storage = StorageLocation.parse(arguments[1]).open(Map.of());
    if (arguments[0].equals("race")) {
      race(storage, Integer.parseInt(arguments[2]));
      return;
    }
    for (int i = 0; true; i++) {
      storage.replace(REPLACED, pattern(i % 100));
      storage.create(ObjectKey.of("docs/created/" + i), pattern(i % 100));
    }
  }

  private static void race(Storage storage, int id) throws IOException {
    storage.create(ObjectKey.of("ready/" + id), new byte[0]);
    while (storage.stat(ObjectKey.of("start")).isEmpty()) {
      Thread.onSpinWait();
    }
    List<String> won = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      if (storage.create(ObjectKey.of("race/" + i), pattern(id))) {
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
  void ofManyProcessesExactlyOneCreates() throws Exception {
    Storage storage = StorageLocation.parse(folder.resolve("repo").toString()).open(Map.of());
    for (int id = 1; id <= PROCESSES; id++) {
      start("race", storage.root(), Integer.toString(id));
    }
    await(() -> count(storage, "ready") == PROCESSES);
    assertThat(storage.create(ObjectKey.of("start"), new byte[0])).isTrue();
    for (Process process : processes) {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(log()).isZero();
    }

    int wins = 0;
    for (int id = 1; id <= PROCESSES; id++) {
      String won = new String(storage.read(ObjectKey.of("won/" + id)).orElseThrow(), UTF_8);
      for (String key : won.isEmpty() ? new String[0] : won.split(",", -1)) {
        wins++;
        assertThat(storage.read(ObjectKey.of("race/" + key))).hasValue(pattern(id));
      }
    }
    assertThat(wins).isEqualTo(KEYS);
  }

  @Test
  void aKilledProcessLeavesOnlyWholeObjects() throws Exception {
    Storage storage = StorageLocation.parse(folder.resolve("repo").toString()).open(Map.of());
    for (int kill = 0; kill < 5; kill++) {
      storage.delete(REPLACED);
      Process process = start("replace", storage.root());
      await(() -> storage.stat(REPLACED).isPresent());
      Thread.sleep(7L * kill);
      process.destroyForcibly().waitFor();

      try (Stream<ObjectStat> objects = storage.list(ObjectKey.of("docs"))) {
        for (ObjectStat object : objects.toList()) {
          byte[] bytes = storage.read(object.key()).orElseThrow();
          assertThat(bytes).isNotEmpty().isEqualTo(pattern(bytes[0]));
        }
      }
    }
  }

  private void await(BooleanSupplier condition) throws Exception {
    while (!condition.getAsBoolean()) {
      assertThat(processes.get(processes.size() - 1).isAlive()).as(log()).isTrue();
      Thread.sleep(2);
    }
  }

  private static long count(Storage storage, String prefix) {
    try (Stream<ObjectStat> objects = storage.list(ObjectKey.of(prefix))) {
      return objects.count();
    }
  }

  private Process start(String... arguments) throws IOException {
    String classPath =
        Stream.of(LocalStorage.class, LocalStorageProcessesTest.class, FileSystem.class)
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classPath, LocalStorageProcessesTest.class.getName()));
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    processes.add(process);
    return process;
  }

  private String log() throws IOException {
    return "what the processes said: " + Files.readString(folder.resolve("log"));
  }

  private static byte[] pattern(int number) {
    byte[] bytes = new byte[1 + number * 1009];
    Arrays.fill(bytes, (byte) number);
    return bytes;
  }
}
