package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bcn.backup.BackupSummary;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import io.bcn.format.Scope;
import io.bcn.it.S3Front.Fate;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.Storage;
import io.bcn.storage.StorageLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.util.VersionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What a backup asks of an S3 store, counted at the store, and what it does when that breaks. */
@EnabledIf(value = S3Server.CAN_RUN, disabledReason = S3Server.WHY_NOT)
class S3RequestsIT {
  private static final int FILES = 100;

  @TempDir Path temp;
  private final S3Front repositoryFront = S3Front.of(S3Server.shared());
  private final S3Front tableFront = S3Front.of(S3Server.shared());
  private final String bucket = S3Server.shared().newBucket();

  @AfterEach
  void close() throws IOException {
    repositoryFront.close();
    tableFront.close();
  }

  private S3Place place(S3Front front) {
    return new S3Place("counted", bucket, "bcn", S3Server.icebergProperties(front.endpoint()));
  }

  private Bcn bcn() {
    Map<String, String> settings =
        new TreeMap<>(S3Server.icebergProperties(repositoryFront.endpoint()));
    settings.put("s3.retry.min-wait-ms", "1");
    return Bcn.at(StorageLocation.parse("s3://" + bucket + "/bcn/repo").open(settings));
  }

  @Test
  void requestsFollowWhatIsNew() {
    Lake source = place(tableFront).lake(temp.resolve("source"), "lake");
    source.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE TABLE @.sales.orders (id BIGINT, part BIGINT) USING iceberg PARTITIONED BY (part)",
        "INSERT INTO @.sales.orders SELECT id, id %% %d FROM range(1000)".formatted(FILES));
    Bcn bcn = bcn();

    forget();
    BackupSummary first = bcn.backup(Scope.ofCatalog(source.catalog()));
    assertThat(first.newFiles()).isBetween(FILES + 3L, FILES + 10L);
    long ofFirst = report("first backup, %d files".formatted(first.newFiles()));
    assertThat(ofFirst).isLessThan(first.newFiles() + 40);

    forget();
    bcn.backup();
    long ofUnchanged = report("unchanged backup");
    assertThat(ofUnchanged).isLessThan(40);

    source.sql("INSERT INTO @.sales.orders VALUES (5000, 1)");
    forget();
    BackupSummary change = bcn.backup();
    assertThat(change.newFiles()).isEqualTo(4);
    assertThat(report("backup after a 1 % change, 4 new files")).isLessThan(60);

    Map<String, Contents> expected = Contents.ofAll(source);
    Lake target = place(tableFront).lake(temp.resolve("target"), "restored");
    forget();
    bcn.restoreAll("latest", target);
    long gets = repositoryFront.count("GetObject");
    report("restore of %d files".formatted(first.newFiles() + 4));
    assertThat(gets).isBetween(FILES + 1L, 2L * FILES + 40);
    assertThat(repositoryFront.count("PutObject")).isZero();
    Contents.assertEqual(Contents.ofAll(target), expected);

    aStoreThatBreaksLeavesTheRepositoryWhole(source, bcn, expected);
  }

  /** On the same lake: it costs a minute to make another one. */
  private void aStoreThatBreaksLeavesTheRepositoryWhole(
      Lake source, Bcn bcn, Map<String, Contents> expected) {
    source.sql("INSERT INTO @.sales.orders SELECT 6000 + id, id FROM range(10)");
    AtomicInteger puts = new AtomicInteger();
    repositoryFront.breaking(
        request ->
            request.kind().equals("PutObject") && puts.incrementAndGet() > 6
                ? S3Front.answers(403, "AccessDenied")
                : S3Front.PASSES);
    // From an executor it comes wrapped by Spark; the command line looks for the first of ours.
    assertThat(Stream.iterate(catchThrowable(bcn::backup), Objects::nonNull, Throwable::getCause))
        .filteredOn(BcnException.class::isInstance)
        .first()
        .satisfies(
            failure -> {
              assertThat(failure).hasMessageContaining("permission denied (AccessDenied");
              assertThat(failure).extracting("code").isEqualTo(ErrorCode.PERMISSION_DENIED);
            });

    repositoryFront.breaking(request -> S3Front.PASSES);
    // Its claim would live on until its lease ends: the process that took it is alive, for it is
    // this one.
    claims(bcn.storage()).forEach(bcn.storage()::delete);
    Lake target = place(tableFront).lake(temp.resolve("again"), "again");
    bcn.restoreAll("latest", target);
    Contents.assertEqual(Contents.ofAll(target), expected);

    // The answer to the commit is lost, once, and so is every tenth of the others.
    AtomicInteger requests = new AtomicInteger();
    AtomicInteger commits = new AtomicInteger();
    repositoryFront.breaking(
        request -> {
          boolean isCommit =
              request.kind().equals("PutObject")
                  && request.isFor("pit_manifests")
                  && request.target().endsWith("/manifest.json");
          boolean lost =
              isCommit ? commits.incrementAndGet() == 1 : requests.incrementAndGet() % 10 == 0;
          return lost ? new Fate.LosesAnswer() : S3Front.PASSES;
        });
    BackupSummary second = bcn.backup();
    assertThat(second.failures()).isEmpty();
    assertThat(WholePits.of(bcn.storage())).contains(second.pit().orElseThrow()).hasSize(4);
  }

  @Test
  void tablesThatHadoopsS3aReadsAreRestoredForS3FileIo() {
    Assumptions.assumeTrue(
        VersionInfo.getVersion().compareTo("3.4") >= 0,
        "Hadoop 3.3's S3A wants the AWS SDK's version 1");
    Lake source = place(tableFront).hadoopLake(temp.resolve("source"), "lake");
    source.sql(
        "CREATE NAMESPACE @.sales",
        "CREATE TABLE @.sales.orders (id BIGINT, text STRING) USING iceberg"
            + " TBLPROPERTIES ('write.delete.mode'='merge-on-read')",
        "INSERT INTO @.sales.orders SELECT id, concat('t', id) FROM range(30)",
        "DELETE FROM @.sales.orders WHERE id = 5");
    Bcn bcn = bcn();
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Map<String, Contents> expected = Contents.ofAll(source);

    // The table's own place, by another of the bucket's names, and by another FileIO.
    place(tableFront).vanish("lake");
    Lake target = place(tableFront).lake(temp.resolve("target"), "lake");
    bcn.restoreAll("latest", target);

    Contents.assertEqual(Contents.ofAll(target), expected);
    assertThat(S3StackIT.locations(target))
        .allMatch(file -> file.startsWith("s3://" + bucket + "/bcn/lake"));
  }

  private static List<ObjectKey> claims(Storage storage) {
    try (Stream<ObjectStat> objects = storage.list(ObjectKey.of("catalogs"))) {
      return objects.map(ObjectStat::key).filter(key -> key.name().equals(".in_progress")).toList();
    }
  }

  private void forget() {
    repositoryFront.forget();
    tableFront.forget();
  }

  private long report(String what) {
    System.out.printf("S3 requests, %s:%n", what);
    System.out.printf("  to the repository: %s%n", repositoryFront.counts());
    System.out.printf("  to the tables:     %s%n", tableFront.counts());
    return repositoryFront.requests().size();
  }
}
