package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.backup.BackupRequest;
import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.format.Scope;
import io.bcn.it.S3Front.Fate;
import io.bcn.it.S3Front.Request;
import io.bcn.repository.Repository;
import io.bcn.storage.StorageLocation;
import io.bcn.verify.Level;
import io.bcn.verify.Subset;
import io.bcn.verify.Verification;
import io.bcn.verify.VerifyRequest;
import io.bcn.verify.VerifySummary;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Tables and their repository in one store, which copies by itself: counted at the store. {@code
 * moto_server} says the SHA-256 of what it copies, as AWS does, and S3Proxy does not.
 */
@EnabledIf(value = S3Server.CAN_RUN, disabledReason = S3Server.WHY_NOT)
class StoreCopyIT {
  private static final int ROWS = 20_000;
  private static final String DECLINED =
      "The store copies nothing from bucket '%s' by itself (%s): its files were streamed.";

  @TempDir Path temp;
  private final List<S3Front> fronts = new ArrayList<>();
  private S3Front front;
  private S3Place place;

  @AfterEach
  void close() throws IOException {
    for (S3Front open : fronts) {
      open.close();
    }
  }

  private void onMoto() {
    Assumptions.assumeTrue(
        MotoServer.program().isPresent(), "there is no moto_server on this machine");
    begin(URI.create(MotoServer.shared().endpoint()));
    try (S3Client client = place.client()) {
      client.createBucket(create -> create.bucket(place.bucket()));
    }
  }

  private void onS3Proxy() {
    begin(S3Server.shared().endpoint());
    S3Server.shared().client().createBucket(create -> create.bucket(place.bucket()));
  }

  private void begin(URI server) {
    front = S3Front.of(server);
    fronts.add(front);
    Map<String, String> settings = new TreeMap<>(S3Server.icebergProperties(front.endpoint()));
    settings.put("s3.retry.min-wait-ms", "1");
    place = new S3Place("one store", "bcn-" + UUID.randomUUID(), "bcn", settings);
  }

  private Bcn bcn() {
    return Bcn.at(place.storage("s3", "repo"));
  }

  /** Files of some hundred KiB at places whose names have to be encoded, and deletes. */
  private Lake orders() {
    return place
        .lake(temp.resolve("source"), "lake")
        .sql(
            "CREATE NAMESPACE @.sales",
            "CREATE TABLE @.sales.orders (id BIGINT, text STRING, part STRING) USING iceberg"
                + " PARTITIONED BY (part) TBLPROPERTIES ('write.delete.mode'='merge-on-read')",
            "INSERT INTO @.sales.orders SELECT id, sha2(string(id), 512), 'a b%%/+ü' FROM range(%d)"
                .formatted(ROWS),
            "INSERT INTO @.sales.orders VALUES (-1, 'b', 'b'), (-2, 'c', 'c')",
            "DELETE FROM @.sales.orders WHERE id = 5");
  }

  private static boolean isOfData(Request request) {
    return request.isFor(".parquet") && !request.isFor("/inventory/");
  }

  private long streamed() {
    return front.bytes(request -> isOfData(request) && !request.kind().equals("CopyObject"));
  }

  @Test
  void theStoreCopiesAndNoByteOfDataPassesThroughTheApplication() {
    onMoto();
    Lake source = orders();
    Bcn bcn = bcn();
    Scope scope = Scope.ofCatalog(source.catalog());

    BackupSummary plan = bcn.backup(planOnly(bcn.request(Optional.of(scope))));
    front.forget();
    BackupSummary first = bcn.backup(scope);

    report(first);
    assertThat(first.failures()).isEmpty();
    assertThat(first.warnings()).isEmpty();
    assertThat(streamed()).isZero();
    assertThat(first.storeCopiedBytes()).isGreaterThan(ROWS * 64L);
    assertThat(first.copiedBytes() - first.storeCopiedBytes()).isLessThan(200_000);
    assertThat(front.count("CopyObject")).isEqualTo(first.storeCopiedFiles());
    // The plan had said it.
    assertThat(plan.storeCopiedFiles()).isEqualTo(first.storeCopiedFiles());
    assertThat(plan.storeCopiedBytes()).isEqualTo(first.storeCopiedBytes());
    assertThat(plan.changes())
        .extracting(BackupSummary.TablePlanned::storeCopiedBytes)
        .containsExactly(first.storeCopiedBytes());
    assertIntact(bcn);

    source.sql("INSERT INTO @.sales.orders SELECT id, 'd', 'd' FROM range(10)");
    front.forget();
    BackupSummary second = bcn.backup();

    report(second);
    assertThat(second.newFiles()).isEqualTo(4);
    // The data file and the manifest; the manifest list's and the metadata file's lengths nobody
    // says.
    assertThat(second.storeCopiedFiles()).isEqualTo(2);
    assertThat(streamed()).isZero();
    assertIntact(bcn);
    assertThat(WholePits.of(bcn.storage())).hasSize(2);
    assertComesBack(source, bcn);
  }

  private void assertComesBack(Lake source, Bcn bcn) {
    Map<String, Contents> expected = Contents.ofAll(source);
    place.vanish("lake");
    Lake target = place.lake(temp.resolve("target"), "restored");
    bcn.restoreAll("latest", target);
    Contents.assertEqual(Contents.ofAll(target), expected);
  }

  @Test
  void aStoreThatGivesNoChecksumIsAskedOnceAndTheFilesAreStreamed() {
    onS3Proxy();
    Lake source = orders();
    Bcn bcn = bcn();

    front.forget();
    BackupSummary first = bcn.backup(Scope.ofCatalog(source.catalog()));

    report(first);
    assertThat(first.storeCopiedFiles()).isZero();
    // Each of the four threads may have asked once.
    assertThat(front.count("CopyObject")).isBetween(1L, 4L);
    assertThat(first.warnings())
        .containsExactly(
            DECLINED.formatted(place.bucket(), "it gives no SHA-256 of what it copies"));
    assertIntact(bcn);
    assertComesBack(source, bcn);
  }

  @Test
  void whatTheStoreRefusesIsStreamedAndSaid() {
    onMoto();
    Lake source = orders();
    Bcn bcn = bcn();
    front.breaking(
        request ->
            request.kind().equals("CopyObject")
                ? S3Front.answers(403, "AccessDenied")
                : S3Front.PASSES);

    front.forget();
    BackupSummary first = bcn.backup(Scope.ofCatalog(source.catalog()));

    assertThat(first.complete()).isTrue();
    assertThat(first.storeCopiedFiles()).isZero();
    // Each of the four threads may have asked once.
    assertThat(front.count("CopyObject")).isBetween(1L, 4L);
    assertThat(first.warnings())
        .containsExactly(
            DECLINED.formatted(place.bucket(), "AccessDenied: made by a test, HTTP status 403"));
    assertIntact(bcn);
    assertThat(WholePits.of(bcn.storage())).hasSize(1);
  }

  @Test
  void aCopyWhoseAnswerWasLostIsMadeAgain() {
    onMoto();
    Lake source = orders();
    Bcn bcn = bcn();
    front.breakingFirst(3, "CopyObject", new Fate.LosesAnswer());

    front.forget();
    BackupSummary first = bcn.backup(Scope.ofCatalog(source.catalog()));

    assertThat(first.warnings()).isEmpty();
    assertThat(first.storeCopiedFiles()).isPositive();
    assertThat(front.count("CopyObject")).isEqualTo(first.storeCopiedFiles() + 3);
    assertIntact(bcn);
    assertThat(WholePits.of(bcn.storage())).hasSize(1);
  }

  @Test
  void aStoreThatSaysTwoChecksumsIsNotBelieved() {
    onMoto();
    Lake source = orders();
    Bcn bcn = bcn();
    // Between the copy and the look at it, the copy becomes something else of its length.
    front.breaking(
        request -> {
          if (request.kind().equals("HeadObject") && request.isFor("/objects/")) {
            overwriteAll(objectOf(request));
          }
          return S3Front.PASSES;
        });

    BackupSummary first = bcn.backup(Scope.ofCatalog(source.catalog()));

    front.breaking(request -> S3Front.PASSES);
    assertThat(first.storeCopiedFiles()).isZero();
    assertThat(first.warnings())
        .containsExactly(DECLINED.formatted(place.bucket(), "it says two SHA-256 of one copy"));
    assertIntact(bcn);
    assertThat(WholePits.of(bcn.storage())).hasSize(1);
  }

  @Test
  void aFileThatIsGoneOrCutOffFailsItsTableAsItDoesWhereItIsStreamed() {
    onMoto();
    Lake source = orders();
    source.sql(
        "CREATE TABLE @.sales.cut (id BIGINT) USING iceberg",
        "INSERT INTO @.sales.cut VALUES (1)",
        "CREATE TABLE @.sales.gone (id BIGINT) USING iceberg",
        "INSERT INTO @.sales.gone VALUES (1)");
    String gone = dataFile("gone");
    String cut = dataFile("cut");
    try (S3Client client = place.client()) {
      client.deleteObject(delete -> delete.bucket(place.bucket()).key(gone));
    }
    overwrite(cut, "short".getBytes(StandardCharsets.UTF_8));
    Bcn bcn = bcn();
    Scope scope = Scope.ofCatalog(source.catalog());

    BackupSummary byStore = bcn.backup(scope);

    assertThat(byStore.warnings()).isEmpty();
    assertThat(byStore.storeCopiedFiles()).isPositive();
    assertThat(byStore.failures())
        .extracting(BackupSummary.Failure::message)
        .containsExactlyInAnyOrder(
            "Cannot read source file 's3://%s/%s': it does not exist"
                .formatted(place.bucket(), gone),
            "Cannot back up 's3://%s/%s': it has 5 bytes and the table says %d"
                .formatted(place.bucket(), cut, lengthOf(source, "cut")));
    front.forget();
    BackupSummary streamed = turnedOff("streamed").backup(scope);
    assertThat(front.count("CopyObject")).isZero();
    assertThat(streamed.storeCopiedFiles()).isZero();
    assertThat(streamed.failures()).isEqualTo(byStore.failures());
  }

  private Bcn turnedOff(String folder) {
    Map<String, String> settings = new TreeMap<>(place.properties());
    settings.put("s3.store-copy-enabled", "false");
    return Bcn.at(StorageLocation.parse(place.location("s3", folder)).open(settings));
  }

  private static BackupRequest planOnly(BackupRequest request) {
    return new BackupRequest(
        request.storage(),
        request.scope(),
        request.coverage(),
        request.reuse(),
        BackupRequest.Action.PLAN_ONLY,
        request.consistency(),
        request.emptySources(),
        request.runId(),
        request.settings(),
        request.lease());
  }

  private String dataFile(String table) {
    try (S3Client client = place.client()) {
      return client
          .listObjectsV2Paginator(
              list -> list.bucket(place.bucket()).prefix("bcn/lake/sales/" + table + "/data/"))
          .contents()
          .stream()
          .map(S3Object::key)
          .findFirst()
          .orElseThrow();
    }
  }

  private static long lengthOf(Lake source, String table) {
    return source
        .query("SELECT file_size_in_bytes FROM @.sales." + table + ".files")
        .collectAsList()
        .get(0)
        .getLong(0);
  }

  private String objectOf(Request request) {
    return URI.create(request.target()).getPath().substring(place.bucket().length() + 2);
  }

  private void overwrite(String name, byte[] bytes) {
    try (S3Client client = behindTheFront()) {
      client.putObject(
          put -> put.bucket(place.bucket()).key(name).checksumAlgorithm("SHA256"),
          RequestBody.fromBytes(bytes));
    }
  }

  private void overwriteAll(String name) {
    long length;
    try (S3Client client = behindTheFront()) {
      length = client.headObject(head -> head.bucket(place.bucket()).key(name)).contentLength();
    }
    overwrite(name, new byte[(int) length]);
  }

  /** For the front's own rules, and to be counted by nobody. */
  private S3Client behindTheFront() {
    return new S3Place(
            place.name(),
            place.bucket(),
            place.folder(),
            S3Server.icebergProperties(URI.create(MotoServer.shared().endpoint())))
        .client();
  }

  private static void assertIntact(Bcn bcn) {
    VerifySummary found =
        new Verification(SharedSpark.session(), new Progress(SharedSpark.session(), line -> {}))
            .run(
                new VerifyRequest(
                    Repository.open(bcn.storage()), Optional.empty(), Level.CHECKSUM, Subset.ALL));
    assertThat(found.damaged()).isEmpty();
    assertThat(found.objects()).isPositive();
  }

  private void report(BackupSummary backup) {
    System.out.printf(
        "Store copy: %,d files, %,d bytes, of these by the store %,d files, %,d bytes%n",
        backup.copiedFiles(),
        backup.copiedBytes(),
        backup.storeCopiedFiles(),
        backup.storeCopiedBytes());
    System.out.printf(
        "  through the application: %,d bytes of data files, %,d bytes in all; %s%n",
        streamed(), front.bytes(request -> true), front.counts());
  }
}
