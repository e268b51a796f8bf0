package io.bcn.it;

import io.bcn.copy.Progress;
import io.bcn.restore.Restore;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreRequest.Action;
import io.bcn.restore.RestoreRequest.Contents;
import io.bcn.restore.RestoreRequest.IfExists;
import io.bcn.restore.RestoreRequest.Partial;
import io.bcn.restore.RestoreRequest.Selection;
import io.bcn.restore.RestoreRequest.Target;
import io.bcn.restore.RestoreRequest.Uuids;
import io.bcn.restore.RestoreSummary;
import java.util.function.Consumer;

/** One restore of a test: the command line's defaults, and what differs from them. */
record Restoring(
    Bcn bcn, String pit, Selection selection, Target target, IfExists ifExists, Uuids uuids) {

  static Restoring of(Bcn bcn, Object pit, Lake target) {
    return new Restoring(
        bcn,
        pit.toString(),
        Selected.everything(),
        Bcn.to(target),
        IfExists.FAIL,
        Uuids.FRESH_ELSEWHERE);
  }

  Restoring ifExists(IfExists choice) {
    return new Restoring(bcn, pit, selection, target, choice, uuids);
  }

  Restoring replacing() {
    return ifExists(IfExists.REPLACE);
  }

  Restoring only(String... tables) {
    return new Restoring(bcn, pit, Selected.tables(tables), target, ifExists, uuids);
  }

  Restoring keepingUuids() {
    return new Restoring(bcn, pit, selection, target, ifExists, Uuids.KEPT);
  }

  RestoreSummary plan() {
    return run(Action.PLAN_ONLY, line -> {});
  }

  RestoreSummary run() {
    return run(line -> {});
  }

  /** With somebody who hears each step begin. */
  RestoreSummary run(Consumer<String> steps) {
    return run(Action.RESTORE, steps);
  }

  private RestoreSummary run(Action action, Consumer<String> steps) {
    RestoreRequest request =
        new RestoreRequest(
            bcn.storage(),
            pit,
            selection,
            target,
            ifExists,
            uuids,
            Contents.WHOLE,
            Partial.REFUSED_AT_HOME,
            action,
            SharedSpark.settings());
    return new Restore(SharedSpark.session(), new Progress(SharedSpark.session(), steps))
        .run(request);
  }
}
