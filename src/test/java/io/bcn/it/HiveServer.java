package io.bcn.it;

import java.nio.file.Path;

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
   * @return its {@code uri}
   */
  String create(String name, Path warehouse) {
    String port = server.ask("catalog %s %s".formatted(name, warehouse)).replace("port ", "");
    return "thrift://127.0.0.1:" + port;
  }
}
