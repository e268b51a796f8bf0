package io.bcn.it;

import java.nio.file.Path;
import java.util.Set;
import java.util.function.Function;

/** The kinds of catalogs that there is a real one of in the tests, and what each can't do. */
enum CatalogKind {
  HADOOP(Lake::hadoop, Lacks.RENAMES, Lacks.PROPERTIES, Lacks.VIEWS),
  SQLITE(Lake::jdbc),
  POSTGRES(Lake::postgres),
  HIVE(Lake::hive),
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

  boolean has(Lacks ability) {
    return !lacks.contains(ability);
  }
}
