package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.format.Scope;
import io.bcn.repository.Repository;
import io.bcn.verify.Level;
import io.bcn.verify.Subset;
import io.bcn.verify.Verification;
import io.bcn.verify.VerifyRequest;
import io.bcn.verify.VerifySummary;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Back up a catalog, change it, back it up again, lose it, restore every PIT elsewhere, compare row
 * for row.
 */
class MainJobIT {
  @TempDir Path temp;

  @Test
  void everyPitOfALostCatalogIsRestoredRowForRow() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    Map<String, Map<String, Contents>> expected = new LinkedHashMap<>();

    Story.begin(source);
    expected.put(pit(bcn.backup(Scope.ofCatalog(source.catalog()))), Contents.ofAll(source));
    Story.goOn(source);
    expected.put(pit(bcn.backup()), Contents.ofAll(source));
    Story.end(source);
    expected.put(pit(bcn.backup()), Contents.ofAll(source));
    source.vanish();
    assertOpened(bcn);

    expected.forEach(
        (pit, contents) -> {
          Lake target = Lake.jdbc(temp.resolve("restored-" + pit));
          bcn.restoreAll(pit, target);
          Contents.assertEqual(Contents.ofAll(target), contents);
          PhysicalFiles.of(target).assertWholeAndWithout(source.warehouse());
        });
  }

  /** All formats and kinds of deletes, opened where they are stored. */
  private static void assertOpened(Bcn bcn) {
    VerifySummary opened =
        new Verification(SharedSpark.session(), new Progress(SharedSpark.session(), line -> {}))
            .run(
                new VerifyRequest(
                    Repository.open(bcn.storage()), Optional.empty(), Level.RESTORE, Subset.ALL));
    assertThat(opened.damaged()).isEmpty();
    assertThat(opened.notices()).isEmpty();
    assertThat(opened.opened().states()).isGreaterThanOrEqualTo(17);
    assertThat(opened.opened().visibleRows())
        .as("deletes are applied")
        .isLessThan(opened.opened().rows())
        .isPositive();
  }

  private static String pit(BackupSummary summary) {
    assertThat(summary.failures()).isEmpty();
    assertThat(summary.complete()).isTrue();
    return summary.pit().orElseThrow().toString();
  }
}
