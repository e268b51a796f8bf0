package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Hold;
import io.bcn.format.PitId;
import io.bcn.repository.Holds;
import io.bcn.repository.Repository;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;

/** {@code hold} and {@code unhold}: a held PIT is never expired. */
final class HoldCommand implements Command {
  private static final Flag PIT =
      Flag.one(
          "pit",
          "PIT",
          "Its id, an ISO-8601 instant (the newest complete PIT at or before it), or latest.");
  private static final Flag REASON =
      Flag.one("reason", "TEXT", "Why, for whoever wonders later.").onlyOnTheCommandLine();
  private static final int LONGEST_REASON = 500;

  private final Verb verb;

  private HoldCommand(Verb verb) {
    this.verb = verb;
  }

  private enum Verb {
    HOLD,
    UNHOLD
  }

  static HoldCommand hold() {
    return new HoldCommand(Verb.HOLD);
  }

  static HoldCommand unhold() {
    return new HoldCommand(Verb.UNHOLD);
  }

  /** The JSON form. */
  record Document(
      String schemaVersion,
      String repository,
      PitId pit,
      boolean held,
      Instant heldAt,
      String heldBy,
      String reason) {}

  @Override
  public Usage usage() {
    if (verb == Verb.UNHOLD) {
      return new Usage(
          "unhold",
          "End the hold of a PIT",
          "From then on the rules of 'bcn expire' decide about it as about any other.",
          List.of(Usage.Group.of("Which PIT", CommonFlags.REPO, PIT)),
          List.of("bcn unhold --repo /backups/prod --pit 20261017T100000.123Z"));
    }
    return new Usage(
        "hold",
        "Keep a PIT, whatever the rules of expire say",
        "A held PIT is never expired. Who holds it, since when and why is noted; 'bcn describe' shows it."
            + " May be done while a backup runs. A PIT that is held already stays as it is.",
        List.of(Usage.Group.of("Which PIT", CommonFlags.REPO, PIT, REASON)),
        List.of(
            "bcn hold --repo /backups/prod --pit 20261017T100000.123Z --reason 'before the migration'",
            "bcn hold --repo /backups/prod --pit latest"));
  }

  @Override
  public Result run(Invocation invocation) {
    Arguments arguments = invocation.arguments();
    String text =
        arguments
            .value(PIT)
            .orElseThrow(
                () ->
                    UsageProblem.of(
                        "Cannot %s a PIT: no --pit says which one".formatted(usage().verb()),
                        "Give --pit; 'bcn describe' lists the PITs."));
    Repository repository = invocation.repository();
    return verb == Verb.HOLD ? hold(invocation, repository, text) : unhold(repository, text);
  }

  private static Result hold(Invocation invocation, Repository repository, String text) {
    String reason = invocation.arguments().value(REASON).orElse("");
    if (reason.length() > LONGEST_REASON || reason.chars().anyMatch(Character::isISOControl)) {
      throw UsageProblem.flag(
          REASON.toString(),
          "it is no line of at most %d characters".formatted(LONGEST_REASON),
          "Give a short one.");
    }
    PitId pit = repository.select(text).pit();
    Hold hold = new Holds(repository).hold(pit, who(), reason, invocation.surroundings().clock());
    return result(repository, pit, hold, true, "PIT %s is held by %s since %s UTC%s.%n");
  }

  private static Result unhold(Repository repository, String text) {
    // A PIT that is lost, or was never there, may still have a hold that somebody wants to end.
    PitId pit = PitId.tryParse(text).orElseGet(() -> repository.select(text).pit());
    Hold hold = new Holds(repository).release(pit).orElseThrow(() -> notHeld(repository, pit));
    return result(repository, pit, hold, false, "PIT %s is held no more (by %s since %s UTC%s).%n");
  }

  private static Result result(
      Repository repository, PitId pit, Hold hold, boolean held, String text) {
    return Result.done(
        new Document(
            "1",
            repository.storage().root(),
            pit,
            held,
            hold.heldAt(),
            hold.heldBy(),
            hold.reason()),
        text.formatted(
            pit,
            hold.heldBy(),
            UtcTime.text(hold.heldAt()),
            hold.reason().isEmpty() ? "" : ": " + hold.reason()));
  }

  private static BcnException notHeld(Repository repository, PitId pit) {
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot unhold PIT '%s' of repository '%s': nobody holds it"
            .formatted(pit, repository.storage().root()),
        "'bcn describe' shows the PITs that are held.");
  }

  private static String who() {
    String user = System.getProperty("user.name", "unknown");
    try {
      return user + "@" + InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return user;
    }
  }
}
