package io.bcn.verify;

import io.bcn.copy.FewAtOnce;
import io.bcn.copy.FileRow;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;

/** One task, on an executor: looks at its objects, a few at once, and says which are damaged. */
final class CheckObjects implements FlatMapFunction<Iterator<FileRow>, Damage> {
  private static final long serialVersionUID = 1L;
  private static final int THREADS_PER_TASK = 4;

  private final Look look;
  private final LongAccumulator filesDone;
  private final LongAccumulator bytesDone;

  CheckObjects(Look look, LongAccumulator filesDone, LongAccumulator bytesDone) {
    this.look = look;
    this.filesDone = filesDone;
    this.bytesDone = bytesDone;
  }

  private record Looked(long lengthBytes, Optional<Damage> damage) {}

  @Override
  public Iterator<Damage> call(Iterator<FileRow> files) {
    List<Damage> damages = new ArrayList<>();
    FewAtOnce.forEach(
        THREADS_PER_TASK,
        files,
        file -> new Looked(Math.max(0, file.lengthBytes()), look.at(file)),
        looked -> {
          filesDone.add(1);
          bytesDone.add(looked.lengthBytes());
          looked.damage().ifPresent(damages::add);
        });
    return damages.iterator();
  }
}
