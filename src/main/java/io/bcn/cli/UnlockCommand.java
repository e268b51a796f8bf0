package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.InProgress;
import io.bcn.repository.PitClaim;
import io.bcn.repository.Repository;
import java.util.List;
import java.util.Optional;

/**
 * {@code unlock}: gives up the PITs of dead backups. A live backup is left alone, unless forced.
 */
final class UnlockCommand implements Command {
  private static final Flag FORCE =
      Flag.toggle(
              "force",
              "End the claim of a backup that still seems to run. Its copying goes on until it wants to"
                  + " commit, and then fails.")
          .onlyOnTheCommandLine();

  /** The JSON form. */
  record Document(String schemaVersion, String repository, List<InProgress> released) {}

  @Override
  public Usage usage() {
    return new Usage(
        "unlock",
        "Free a repository from the claim of a backup that died",
        "Rarely needed: a backup takes over from a dead one by itself, at once where it died on the"
            + " same machine, else when its lease has run out. No committed PIT is touched, and what the"
            + " dead backup copied is used by the next one.",
        List.of(Usage.Group.of("Repository", CommonFlags.REPO, FORCE)),
        List.of("bcn unlock --repo /backups/bcn", "bcn unlock --repo /backups/bcn --force"));
  }

  @Override
  public Result run(Invocation invocation) {
    Repository repository = invocation.repository();
    // The list comes before the look for a live one: all that it names is dead then, or gone.
    List<InProgress> claims = Claims.of(repository);
    Optional<InProgress> alive = PitClaim.current(repository, invocation.surroundings().clock());
    if (alive.isPresent() && !invocation.arguments().has(FORCE)) {
      throw locked(repository, alive.get());
    }
    claims.forEach(claim -> Claims.release(repository, claim, invocation.surroundings().clock()));
    return Result.done(
        new Document("1", repository.storage().root(), claims), text(repository, claims));
  }

  private static String text(Repository repository, List<InProgress> released) {
    if (released.isEmpty()) {
      return "Repository '%s' is not locked.%n".formatted(repository.storage().root());
    }
    StringBuilder text = new StringBuilder();
    released.forEach(
        claim ->
            text.append(
                "Released the claim of run '%s' (process %d on %s, since %s UTC).%n"
                    .formatted(
                        claim.runId(),
                        claim.processId(),
                        claim.host(),
                        UtcTime.text(claim.startedAt()))));
    return text.toString();
  }

  private static BcnException locked(Repository repository, InProgress holder) {
    return new BcnException(
        ErrorCode.LOCKED,
        "Cannot unlock repository '%s': run '%s' (process %d on %s) holds it since %s, until %s"
            .formatted(
                repository.storage().root(),
                holder.runId(),
                holder.processId(),
                holder.host(),
                holder.startedAt(),
                holder.leaseUntil()),
        "Wait until it ends; where you know that it is dead, 'bcn unlock --force' ends its claim.");
  }
}
