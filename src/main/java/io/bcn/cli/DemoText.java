package io.bcn.cli;

import java.util.List;

/** How the demo ends, for people. */
final class DemoText {
  private DemoText() {}

  static String of(List<DemoComparison> comparisons, DemoFolder folder) {
    return "\n" + verdict(comparisons) + "\n" + whatIsLeft(comparisons, folder) + "\n" + NEXT;
  }

  private static final String NEXT =
      """
      Where to go next:
        bin/bcn help                  the verbs; 'bin/bcn help restore' explains one
        conf/                         settings to copy: Hive, Glue, REST, JDBC and Hadoop catalogs
        src/site/markdown/format.md   what a repository consists of

      Your own catalog, from a copy of one of these settings:
        bin/bcn backup --repo FOLDER --catalog NAME --properties-file FILE
      """;

  private static String verdict(List<DemoComparison> comparisons) {
    if (!comparisons.stream().allMatch(DemoComparison::equal)) {
      return "NOT EQUAL: a restored table differs, which is a defect of bcn. See the lines above.\n";
    }
    long tables = comparisons.stream().mapToLong(pit -> pit.tables().size()).sum();
    long rows =
        comparisons.stream()
            .flatMap(pit -> pit.tables().stream())
            .mapToLong(DemoComparison.Compared::rows)
            .sum();
    return "All equal: %d PITs, %,d tables, %,d rows.\n"
        .formatted(comparisons.size(), tables, rows);
  }

  private static String whatIsLeft(List<DemoComparison> comparisons, DemoFolder folder) {
    if (!folder.isKept()) {
      return "The demo's folder is removed; 'bin/bcn demo --keep DIR' keeps it for a closer look.\n";
    }
    return """
        Kept in %s: demo.conf, repository, shop-moved-away, copy_1, copy_2.
        Look closer, for example:
          bin/bcn list --repo %s --pit %s
          bin/bcn describe --repo %2$s --table sales.orders
        """
        .formatted(folder, folder.resolve("repository"), comparisons.get(0).pit());
  }
}
