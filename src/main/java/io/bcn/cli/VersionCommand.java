package io.bcn.cli;

import io.bcn.format.Documents;
import java.util.List;
import java.util.Optional;

/** {@code --version}. */
final class VersionCommand implements Command {

  /** The JSON form. */
  record Document(String schemaVersion, String version, String formatVersion) {}

  @Override
  public Usage usage() {
    return new Usage(
        "--version",
        "Print bcn's version",
        "Also the newest version of the repository format that it reads and writes.",
        List.of(),
        List.of("bcn --version"));
  }

  @Override
  public Result run(Invocation invocation) {
    String version =
        Optional.ofNullable(Bcn.class.getPackage().getImplementationVersion())
            .orElse("development");
    return Result.done(
        new Document("1", version, Documents.FORMAT_VERSION),
        "bcn %s (repository format %s)%n".formatted(version, Documents.FORMAT_VERSION));
  }
}
