package io.bcn.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server of {@code src/test/servers} in a JVM of its own, with the class path that the {@code
 * pom.xml} beside it names: what servers need does not fit on one class path with what BCN needs.
 *
 * <p>It takes orders on stdin and answers each with a line. It ends when its stdin does, so with
 * this JVM at the latest.
 */
final class ServerJvm {
  private static final Path SERVERS = Path.of("src", "test", "servers");
  private static final Path BUILT = Path.of("target", "servers");

  private final Process process;
  private final BufferedReader said;
  private final Path log;

  private ServerJvm(Process process, Path log) {
    this.process = process;
    this.said = process.inputReader(StandardCharsets.UTF_8);
    this.log = log;
  }

  /**
   * Starts it.
   *
   * @param name its folder
   * @param source the file in there that has its main method
   */
  static ServerJvm start(String name, String source) {
    try {
      Files.createDirectories(BUILT);
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx512m", "-cp", classPath(name)));
      command.add(SERVERS.resolve(name).resolve(source).toString());
      Path log = BUILT.resolve("%s-%d.log".formatted(name, ProcessHandle.current().pid()));
      return new ServerJvm(new ProcessBuilder(command).redirectError(log.toFile()).start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized String ask(String order) {
    try {
      process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      return answer("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What follows the word on the next line that begins with it. */
  synchronized String answer(String word) {
    try {
      String line = said.readLine();
      while (line != null && !line.startsWith(word)) {
        line = said.readLine();
      }
      if (line == null) {
        throw new IllegalStateException("the server has ended, see " + log);
      }
      return line.substring(word.length()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resolved by Maven once for each version of the pom; other test JVMs wait for it. */
  private static String classPath(String name) throws IOException {
    Path pom = SERVERS.resolve(name).resolve("pom.xml");
    Path classPath = BUILT.resolve(name + ".classpath");
    try (FileChannel lock =
        FileChannel.open(
            BUILT.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock.lock();
      if (!Files.exists(classPath)
          || Files.getLastModifiedTime(classPath).compareTo(Files.getLastModifiedTime(pom)) < 0) {
        resolve(pom, classPath);
      }
      return Files.readString(classPath).strip();
    }
  }

  private static void resolve(Path pom, Path classPath) throws IOException {
    Path log = Path.of(classPath + ".log");
    Process maven =
        new ProcessBuilder(
                "mvn",
                "-B",
                "-f",
                pom.toString(),
                "dependency:build-classpath",
                "-Dmdep.outputFile=" + classPath.toAbsolutePath())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    maven.getOutputStream().close();
    try {
      if (!maven.waitFor(10, TimeUnit.MINUTES) || maven.exitValue() != 0) {
        maven.destroyForcibly();
        throw new IllegalStateException("Maven can't resolve " + pom + ", see " + log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
