package io.bcn.it;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The kinds of catalogs that there is a real one of in the tests, and what each can't do. */
enum CatalogKind {
  HADOOP,
  SQLITE,
  POSTGRES,
  HIVE,
  GLUE,
  REST;

  /** What a catalog may lack. */
  enum Lacks {
    RENAMES,
    PROPERTIES,
    VIEWS
  }

  /** An empty one; its files lie in the folder. */
  Lake lake(Path folder) {
    return switch (this) {
      case HADOOP -> Lake.hadoop(folder);
      case SQLITE -> Lake.jdbc(folder);
      case POSTGRES -> Lake.postgres(folder);
      case HIVE -> Lake.hive(folder);
      case GLUE -> Lake.glue(folder);
      case REST -> Lake.rest(folder);
    };
  }

  /** Ends the test as skipped, with a line that says why, where this machine can't run one. */
  void assumeAvailable() {
    if (this == GLUE && MotoServer.program().isEmpty()) {
      String reason = "Skipped: there is no moto_server on this machine, and so no Glue";
      System.out.println(reason);
      Assumptions.abort(reason);
    }
  }

  boolean has(Lacks ability) {
    return switch (this) {
      case HADOOP -> false;
      case GLUE -> ability != Lacks.VIEWS;
      default -> true;
    };
  }
}
