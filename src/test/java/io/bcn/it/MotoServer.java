package io.bcn.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * AWS's Glue and S3, as Python's {@code moto_server} plays them; one server for all tests of the
 * JVM, and a region for each catalog. It believes every signature.
 */
final class MotoServer {
  static final String ACCESS_KEY = "testing";
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final List<String> REGIONS =
      Stream.of("us-east-", "us-west-", "eu-west-", "ap-south-", "ap-southeast-", "ap-northeast-")
          .flatMap(area -> Stream.of(area + "1", area + "2"))
          .filter(region -> !region.equals("ap-south-2"))
          .toList();
  private static MotoServer shared;

  private final String endpoint;
  private final AtomicInteger regions = new AtomicInteger();

  private MotoServer(String endpoint) {
    this.endpoint = endpoint;
  }

  /** The program, where the machine has it. */
  static Optional<Path> program() {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, "moto_server"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts with its first use, and ends with this JVM. */
  static synchronized MotoServer shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  private static MotoServer start() {
    // What the AWS SDK signs with where a catalog asks for the system's properties.
    System.setProperty("aws.accessKeyId", ACCESS_KEY);
    System.setProperty("aws.secretAccessKey", ACCESS_KEY);
    try {
      int port = freePort();
      Path log =
          Files.createDirectories(Path.of("target", "servers"))
              .resolve("moto-%d.log".formatted(ProcessHandle.current().pid()));
      Process process =
          new ProcessBuilder(
                  program().orElseThrow().toString(), "-H", "127.0.0.1", "-p", String.valueOf(port))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                  }));
      awaitListening(port, process);
      return new MotoServer("http://127.0.0.1:" + port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitListening(int port, Process process) {
    Instant end = Instant.now().plus(LONGEST);
    while (!isListening(port)) {
      if (Instant.now().isAfter(end) || !process.isAlive()) {
        process.destroyForcibly();
        throw new IllegalStateException("moto_server does not listen, see target/servers");
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  String endpoint() {
    return endpoint;
  }

  /** A region that no other catalog has: Glue has one catalog in each. */
  String freshRegion() {
    return REGIONS.get(regions.getAndIncrement());
  }
}
