package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import io.bcn.storage.StorageLocation;
import java.util.List;
import java.util.Map;

/** A verb with its arguments, ready to run. */
record Invocation(Command command, Arguments arguments, Surroundings surroundings) {

  Result run() {
    return command.run(this);
  }

  /** Another command in this one's place, with one word of its own. */
  Invocation insteadOf(Command other, String word) {
    return new Invocation(other, new Arguments(arguments.values(), List.of(word)), surroundings);
  }

  /**
   * The repository. <i>Fails</i> with USAGE without {@code --repo}, REPOSITORY_MISSING where it is
   * none.
   */
  Repository repository() {
    return Repository.open(storage(SparkSettings.of(surroundings)));
  }

  /** Where {@code --repo} says; connects to nothing yet. <i>Fails</i> with USAGE. */
  Storage storage(Map<String, String> sparkSettings) {
    String location = arguments.value(CommonFlags.REPO).orElseThrow(this::withoutRepository);
    return StorageLocation.parse(location)
        .open(SparkSettings.storage(sparkSettings, surroundings.environment()));
  }

  private BcnException withoutRepository() {
    return UsageProblem.of(
        "Cannot run '%s': no --repo says which repository".formatted(command.usage().verb()),
        "Give --repo LOCATION, or set BCN_REPO.");
  }
}
