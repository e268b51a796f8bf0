package io.bcn.it;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL, one server for all tests of the JVM; it runs from {@code target/servers}. */
final class PostgresServer {
  static final String USER = "iceberg";
  static final String PASSWORD = "only-for-tests";
  private static PostgresServer shared;

  private final EmbeddedPostgres server;

  private PostgresServer(EmbeddedPostgres server) {
    this.server = server;
  }

  /** Starts with its first use, and ends with this JVM. */
  static synchronized PostgresServer shared() {
    if (shared == null) {
      try {
        Path data = Files.createTempDirectory("bcn-postgres");
        shared =
            new PostgresServer(
                EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(new File("target/servers/postgres"))
                    .setDataDirectory(data)
                    .start());
        shared.run("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(USER, PASSWORD));
        shared.askForPasswords(data.resolve("pg_hba.conf"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return shared;
  }

  /** As it comes, the server believes everybody. */
  private void askForPasswords(Path rules) throws IOException {
    String first = "host all %s 127.0.0.1/32 scram-sha-256%n".formatted(USER);
    Files.writeString(rules, first + Files.readString(rules));
    run("SELECT pg_reload_conf()");
  }

  /**
   * Makes an empty database that the user owns.
   *
   * @return its {@code uri}
   */
  String create(String name) {
    run("CREATE DATABASE %s OWNER %s".formatted(name, USER));
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(server.getPort(), name);
  }

  private void run(String statement) {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
