package io.bcn.it;

import java.util.Map;
import java.util.stream.Collectors;

/** Hive metastores, one server for all tests of the JVM. */
final class HiveServer {
  private static HiveServer shared;

  private final ServerJvm server;

  private HiveServer(ServerJvm server) {
    this.server = server;
  }

  /** Starts with its first use. */
  static synchronized HiveServer shared() {
    if (shared == null) {
      ServerJvm server = ServerJvm.start("hive", "HiveMetastoreServer.java");
      server.answer("ready");
      shared = new HiveServer(server);
    }
    return shared;
  }

  /**
   * Makes an empty metastore: with the database {@code default}, as all have it.
   *
   * @param warehouse a folder, or a location that Hadoop's settings lead to; no spaces
   * @return its {@code uri}
   */
  String create(String name, String warehouse, Map<String, String> settings) {
    String order =
        settings.entrySet().stream()
            .map(setting -> " %s=%s".formatted(setting.getKey(), setting.getValue()))
            .collect(Collectors.joining("", "catalog %s %s".formatted(name, warehouse), ""));
    return "thrift://127.0.0.1:" + server.ask(order).replace("port ", "");
  }
}
