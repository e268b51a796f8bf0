package io.bcn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PitDocumentTest {
  @Test
  void aCommittedPitAndAnAbandonedOneAreToldApartUnderTheSameKey() {
    byte[] committed = GoldenFileTest.golden("pit_manifest.json");
    byte[] abandoned = GoldenFileTest.golden("abandoned_pit.json");

    assertThat(PitDocument.read(committed, "x"))
        .isEqualTo(
            new PitDocument(
                Optional.of(Samples.pitManifest()), Optional.empty(), Documents.sha256(committed)));
    assertThat(PitDocument.read(abandoned, "x"))
        .isEqualTo(
            new PitDocument(Optional.empty(), Optional.empty(), Documents.sha256(abandoned)));
  }

  @Test
  void anExpiredPitIsOneThatWasAndNoneForAnOlderProgram() {
    byte[] expired = GoldenFileTest.golden("expired_pit.json");

    assertThat(PitDocument.read(expired, "x"))
        .isEqualTo(
            new PitDocument(
                Optional.empty(), Optional.of(Samples.expiredMark()), Documents.sha256(expired)));
    // What a program of this format version looks at that knows nothing of expired PITs.
    assertThat(Documents.tree(expired, "x").path("abandoned").asBoolean()).isTrue();
  }

  @Test
  void anAbandonedPitIsNotReadAsAManifestByMistake() {
    byte[] abandoned = GoldenFileTest.golden("abandoned_pit.json");

    assertThatThrownBy(() -> Documents.read(PitManifest.class, abandoned, "p/manifest.json"))
        .hasMessage("Cannot read 'p/manifest.json': field 'included_objects' is missing");
  }

  @Test
  void whatFollowsFromATablesEntryIsDerived() {
    PitManifest manifest = Samples.pitManifest();

    assertThat(manifest.complete()).isFalse();
    assertThat(manifest.unchangedObjects().tables())
        .extracting(TableName::toString)
        .containsExactly("db1.customers", "db2.sales_2024");
    assertThat(manifest.unchangedObjects().checksums())
        .containsEntry(
            "db1.customers",
            manifest
                .table(TableName.parse("db1.customers"))
                .orElseThrow()
                .state()
                .orElseThrow()
                .sha256());
    assertThat(manifest.includedObjects().tables())
        .containsEntry("db2", List.of("broken", "sales_2024"));
  }

  @Test
  void aCarriedOverTableKeepsItsStateUnderItsNewName() {
    TableEntry before = Samples.changedTable();

    TableEntry same = before.carriedOver(before.tableName());
    TableEntry renamed = before.carriedOver(TableName.parse("db2.orders"));

    assertThat(same.renamedFrom()).isEmpty();
    assertThat(renamed.renamedFrom()).contains(before.tableName());
    assertThat(renamed.tableName()).hasToString("db2.orders");
    assertThat(List.of(same, renamed))
        .allSatisfy(
            entry -> {
              assertThat(entry.status()).isEqualTo(TableStatus.UNCHANGED);
              assertThat(entry.state()).isEqualTo(before.state());
              assertThat(entry.storedIn()).isEqualTo(before.storedIn());
              assertThat(entry.totals().newBytes()).isZero();
              assertThat(entry.totals().bytes()).isEqualTo(before.totals().bytes());
            });
  }

  @Test
  void aRepositoryManifestTakesTheNewestPitAsAHint() {
    RepositoryManifest manifest = Samples.repositoryManifest();

    Optional<String> digest = manifest.lastPitSha256();
    assertThat(manifest.digestOf(Samples.SECOND)).isEqualTo(digest).isPresent();
    assertThat(manifest.digestOf(Samples.FIRST)).isEmpty();

    RepositoryManifest earlier = manifest.withLastPit(Samples.FIRST, Optional.empty());
    assertThat(earlier.lastPit()).contains(Samples.FIRST.timestamp());
    assertThat(earlier.digestOf(Samples.FIRST)).isEmpty();
    assertThat(earlier.withLastPit(Samples.SECOND, digest)).isEqualTo(manifest);
  }

  @Test
  void aRenewedLeaseChangesNothingButItsEnd() {
    InProgress before = Samples.inProgress();

    InProgress after = before.renewedUntil(before.leaseUntil().plusSeconds(60));

    assertThat(after.leaseUntil()).isEqualTo("2025-10-17T10:03:00.123Z");
    assertThat(after.renewedUntil(before.leaseUntil())).isEqualTo(before);
  }
}
