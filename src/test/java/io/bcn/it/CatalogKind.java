package io.bcn.it;

import java.nio.file.Path;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;

/** The kinds of catalogs that there is a real one of in the tests, and what each can't do. */
enum CatalogKind {
  HADOOP(Lake::hadoop, Lacks.RENAMES, Lacks.PROPERTIES, Lacks.VIEWS),
  SQLITE(Lake::jdbc),
  POSTGRES(Lake::postgres),
  HIVE(Lake::hive),
  GLUE(Lake::glue, Lacks.VIEWS),
  REST(Lake::rest);

  /** What a catalog may lack. */
  enum Lacks {
    RENAMES,
    PROPERTIES,
    VIEWS
  }

  private final Function<Path, Lake> lake;
  private final Set<Lacks> lacks;

  CatalogKind(Function<Path, Lake> lake, Lacks... lacks) {
    this.lake = lake;
    this.lacks = Set.of(lacks);
  }

  /** An empty one; its files lie in the folder. */
  Lake lake(Path folder) {
    return lake.apply(folder);
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
    return !lacks.contains(ability);
  }
}
