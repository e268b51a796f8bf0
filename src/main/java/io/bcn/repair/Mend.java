package io.bcn.repair;

import io.bcn.copy.FewAtOnce;
import io.bcn.copy.FileCopy;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import io.bcn.storage.ObjectWriter;
import io.bcn.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * One task, on an executor: puts objects back from the first origin that has them byte for byte.
 *
 * <p><i>Atomicity</i>: an object becomes visible after its SHA-256 was compared, whole, in place of
 * what was there. Other bytes are never put in its place.
 */
final class Mend implements FlatMapFunction<Iterator<Mend.Item>, Mend.Outcome> {
  private static final long serialVersionUID = 1L;
  private static final int THREADS_PER_TASK = 4;

  /** These say nothing about an object: going on would only call it lost. */
  private static final Set<ErrorCode> FATAL =
      EnumSet.of(
          ErrorCode.CREDENTIALS,
          ErrorCode.STORAGE_UNAVAILABLE,
          ErrorCode.OUT_OF_SPACE,
          ErrorCode.PERMISSION_DENIED);

  private final Storage storage;
  private final ObjectRepairRequest.Action action;

  Mend(Storage storage, ObjectRepairRequest.Action action) {
    this.storage = storage;
    this.action = action;
  }

  /** An object, and where it may be. */
  record Item(String key, String sha256, List<Origin> origins) implements Serializable {}

  /**
   * What became of an object.
   *
   * @param reason why it is lost; empty where it is not
   */
  record Outcome(String key, String reason) implements Serializable {
    boolean isMended() {
      return reason.isEmpty();
    }
  }

  @Override
  public Iterator<Outcome> call(Iterator<Item> items) {
    List<Outcome> outcomes = new ArrayList<>();
    FewAtOnce.forEach(THREADS_PER_TASK, items, this::mended, outcomes::add);
    return outcomes.iterator();
  }

  private Outcome mended(Item item) {
    String reason = "nothing is known to have it";
    for (Origin origin : item.origins()) {
      try {
        if (taken(item, origin)) {
          return new Outcome(item.key(), "");
        }
        reason = "what is there has other bytes";
      } catch (BcnException e) {
        if (FATAL.contains(e.code())) {
          throw e;
        }
        reason = e.getMessage();
      } catch (IOException e) {
        reason = String.valueOf(e.getMessage());
      }
    }
    return new Outcome(item.key(), reason);
  }

  private boolean taken(Item item, Origin origin) throws IOException {
    if (action == ObjectRepairRequest.Action.PLAN_ONLY) {
      try (InputStream in = origin.open()) {
        return FileCopy.copy(in, OutputStream.nullOutputStream()).sha256().equals(item.sha256());
      }
    }
    try (InputStream in = origin.open();
        ObjectWriter out = storage.write(new ObjectKey(item.key()))) {
      boolean same = FileCopy.copy(in, out).sha256().equals(item.sha256());
      if (same) {
        out.commit();
      }
      return same;
    }
  }
}
