package io.bcn.cli;

import io.bcn.errors.ErrorCode;
import io.bcn.format.TableName;
import io.bcn.format.ViewEntry;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.Repository;
import java.util.List;
import java.util.Optional;

/** {@code describe}: the repository and its PITs, one PIT, or one table or view. */
final class DescribeCommand implements Command {
  private static final Flag PIT =
      Flag.one(
          "pit",
          "PIT",
          "Describe one PIT: its id, an ISO-8601 instant (the newest complete PIT at or before it), or"
              + " latest.");
  private static final Flag TABLE =
      Flag.one(
          "table",
          "DATABASE.TABLE",
          "Describe one table or view of that PIT (default: latest): schemas, properties, refs,"
              + " versions, states.");

  @Override
  public Usage usage() {
    return new Usage(
        "describe",
        "Describe a repository, one of its PITs or a table",
        "Without --pit and --table: the repository's granularity and scope, all PITs with their"
            + " numbers, and the backup that is running. The ids are what --pit takes. A PIT whose manifest is"
            + " damaged or gone is named, with exit code 24.",
        List.of(
            Usage.Group.of("What to describe", CommonFlags.REPO, PIT, TABLE),
            Usage.Group.of(
                "Stored objects", ObjectsOfPits.OBJECTS, ObjectsOfPits.LIMIT, CommonFlags.QUIET)),
        List.of(
            "bcn describe --repo /backups/prod",
            "bcn describe --repo /backups/prod --pit latest",
            "bcn describe --repo /backups/prod --table sales.orders --json",
            "bcn describe --repo /backups/prod --objects --table sales.orders"));
  }

  @Override
  public Result run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    if (arguments.has(ObjectsOfPits.OBJECTS)) {
      return new ObjectsOfPits(invocation).report(arguments.value(PIT), arguments.value(TABLE));
    }
    Repository repository = invocation.repository();
    if (!arguments.has(PIT) && !arguments.has(TABLE)) {
      RepositoryDescription description =
          RepositoryDescription.of(repository, invocation.surroundings().clock());
      // All that can be told is told; the code says that it is not all that should be there.
      return new Result(
          description.lostPits().isEmpty() ? 0 : ErrorCode.DAMAGED.exitCode(),
          description,
          DescribeText.of(description));
    }
    CommittedPit pit = repository.select(arguments.value(PIT).orElse("latest"));
    if (!arguments.has(TABLE)) {
      PitDescription description = PitDescription.of(repository, pit);
      return Result.done(description, DescribeText.of(description));
    }
    TableName table =
        GivenNames.table(arguments.value(TABLE).orElseThrow(), repository.scope().database());
    Optional<ViewEntry> view = pit.manifest().view(table);
    if (view.isPresent()) {
      ViewDescription description = ViewDescription.of(repository, pit, view.get());
      return Result.done(description, ViewText.of(description));
    }
    TableDescription description = TableDescription.of(repository, pit, table);
    return Result.done(description, TableText.of(description));
  }
}
