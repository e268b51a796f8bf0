package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.errors.NearNames;
import io.bcn.format.DatabaseName;
import io.bcn.format.TableName;
import io.bcn.repository.Repository;
import java.util.List;
import java.util.Optional;

/** {@code list}: the objects of one PIT, or one table or view through all PITs. */
final class ListCommand implements Command {
  static final Flag STATUS =
      Flag.one("status", "STATUS", "Only what is ACTIVE, UNCHANGED, DELETED or FAILED.");
  private static final Flag DATABASE =
      Flag.one("database", "NAME", "Only this database and its tables, nested databases too.");
  private static final Flag TABLE =
      Flag.one(
          "table",
          "DATABASE.TABLE",
          "Not one PIT, but this table or view through all of them, also under names that it had.");

  @Override
  public Usage usage() {
    return new Usage(
        "list",
        "List the databases and tables of a PIT",
        "Status: ACTIVE is present and changed since the parent PIT, UNCHANGED is present in the"
            + " parent's state, DELETED is absent and present in an earlier PIT (the last one that has"
            + " it is shown), FAILED is present in the source and could not be stored.",
        List.of(
            Usage.Group.of("Which PIT", CommonFlags.REPO, CommonFlags.PIT),
            Usage.Group.of("Which objects", DATABASE, STATUS, TABLE)),
        List.of(
            "bcn list --repo /backups/prod",
            "bcn list --repo /backups/prod --pit 2025-10-17T10:00:00Z --database sales",
            "bcn list --repo /backups/prod --table sales.orders"));
  }

  @Override
  public Result run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    Optional<ObjectStatus> status = arguments.value(STATUS).map(ObjectStatus::parse);
    Optional<DatabaseName> database = arguments.value(DATABASE).map(DatabaseName::parse);
    if (arguments.has(TABLE)) {
      return history(invocation, database, status);
    }
    Repository repository = invocation.repository();
    PitListing listing =
        PitListing.of(
            repository, repository.select(arguments.value(CommonFlags.PIT).orElse("latest")));
    if (database.isPresent()) {
      if (!listing.knows(database.get())) {
        throw noSuchDatabase(listing, database.get());
      }
      listing = listing.ofDatabase(database.get());
    }
    if (status.isPresent()) {
      listing = listing.ofStatus(status.get());
    }
    return Result.done(listing, ListText.of(listing));
  }

  private static Result history(
      Invocation invocation, Optional<DatabaseName> database, Optional<ObjectStatus> status) {
    Arguments arguments = invocation.arguments();
    if (arguments.has(CommonFlags.PIT)) {
      throw UsageProblem.of(
          "Cannot list table '%s' of one PIT: --table lists it through all PITs"
              .formatted(arguments.value(TABLE).orElseThrow()),
          "Leave --pit out, or use 'bcn describe --pit … --table …' for its state in one PIT.");
    }
    Repository repository = invocation.repository();
    TableName table =
        GivenNames.table(
            arguments.value(TABLE).orElseThrow(), database.or(() -> repository.scope().database()));
    TableHistory history = TableHistory.of(repository, table);
    TableHistory shown = status.map(history::ofStatus).orElse(history);
    return new Result(
        shown.lostPits().isEmpty() ? 0 : ErrorCode.DAMAGED.exitCode(), shown, ListText.of(shown));
  }

  private static BcnException noSuchDatabase(PitListing listing, DatabaseName database) {
    List<DatabaseName> names = listing.databases().stream().map(DatabaseRow::name).toList();
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot find database '%s' in PIT '%s': neither it nor an earlier PIT has it"
            .formatted(database, listing.pit()),
        NearNames.question(database.toString(), names)
            .orElse("'bcn list' without --database lists all %d.".formatted(names.size())));
  }
}
