package io.bcn.backup;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.CatalogMetadata;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.table.IcebergCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A source in which nothing is left of what the parent PIT has: everything was deleted, or it is
 * not that source at all.
 *
 * <p>A wrong warehouse path, an empty mount or another catalog's database look like a catalog that
 * was emptied. So where a sign says so, such a deletion is recorded only if the user agrees.
 *
 * @param lost how many tables went at once, all that the parent has
 */
record EmptySource(Scope scope, PitId parent, long lost, BackupPlan plan) {
  /** Properties by which a catalog would be another one. */
  private static final List<String> WHICH_CATALOG =
      List.of("uri", "warehouse", "prefix", "ref", "glue.id", "client.region");

  /** Empty where the parent has no table, or one of its tables is still there. */
  static Optional<EmptySource> of(BackupPlan plan, Scope scope) {
    long before = plan.parent().map(pit -> pit.manifest().tables().size()).orElse(0);
    boolean someAreLeft =
        !plan.failedBefore().isEmpty()
            || plan.tables().stream().anyMatch(table -> table.before().isPresent());
    if (before == 0 || someAreLeft) {
      return Optional.empty();
    }
    return Optional.of(new EmptySource(scope, plan.parent().orElseThrow().pit(), before, plan));
  }

  /**
   * <i>Fails</i> with NOT_FOUND where the catalog has no database at all, or is configured
   * otherwise than it was for the last backup.
   */
  void check(IcebergCatalog catalog, Optional<CatalogMetadata> catalogBefore) {
    if (catalog.databases().isEmpty()) {
      throw refused("it has no database at all");
    }
    catalogBefore
        .map(before -> differences(before, catalog))
        .filter(differences -> !differences.isEmpty())
        .ifPresent(
            differences -> {
              throw refused("and it is configured otherwise than before (" + differences + ")");
            });
  }

  /** What the user should be told of a deletion that is recorded. */
  List<String> warnings() {
    boolean madeAgain =
        plan.tables().stream().anyMatch(table -> plan.deleted().tables().contains(table.name()));
    if (madeAgain) {
      // Other tables of the same names: somebody's way to fill them, and told as deleted and new.
      return List.of();
    }
    if (scope.tableName().isEmpty()) {
      return List.of(
          "None of the %,d tables of PIT %s is in the source any more. If that is not meant, check the catalog's configuration; PIT %s still has them."
              .formatted(lost, parent, parent));
    }
    return List.of(
        "Table '%s' is not in the source any more; PIT %s is the last that has it."
            .formatted(scope.tableName().get(), plan.lastPitOf(scope.tableName().get())));
  }

  private static String differences(CatalogMetadata before, IcebergCatalog catalog) {
    Map<String, String> now = catalog.nonSecretProperties();
    List<String> differences = new ArrayList<>();
    if (!before.kind().equals(catalog.kind())) {
      differences.add("type %s, was %s".formatted(catalog.kind(), before.kind()));
    }
    WHICH_CATALOG.stream()
        .filter(key -> !Objects.equals(before.properties().get(key), now.get(key)))
        .map(
            key ->
                "%s %s, was %s"
                    .formatted(
                        key,
                        now.getOrDefault(key, "unset"),
                        before.properties().getOrDefault(key, "unset")))
        .forEach(differences::add);
    return String.join("; ", differences);
  }

  private BcnException refused(String sign) {
    return new BcnException(
        ErrorCode.NOT_FOUND,
        "Cannot find any of the %,d tables of PIT %s in catalog '%s': %s"
            .formatted(lost, parent, scope.catalog(), sign),
        "Check the catalog's warehouse and uri; where all of it was deleted on purpose, --allow-empty records that.");
  }
}
