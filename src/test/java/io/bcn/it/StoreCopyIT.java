package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bcn.backup.BackupRequest;
import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Scope;
import io.bcn.it.S3Front.Fate;
import io.bcn.it.S3Front.Request;
import io.bcn.repository.Repository;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreSummary;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
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
  private static final String DECLINED_BACK =
      "The store copies nothing into bucket '%s' by itself (%s): its files were streamed.";

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
    return streamed(StoreCopyIT::isOfData);
  }

  private long streamed(Predicate<Request> some) {
    return front.bytes(request -> some.test(request) && !request.kind().equals("CopyObject"));
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

  private RestoreSummary assertComesBack(Lake source, Bcn bcn) {
    Map<String, Contents> expected = Contents.ofAll(source);
    place.vanish("lake");
    Lake target = place.lake(temp.resolve("target"), "restored");
    front.forget();
    RestoreSummary restored = bcn.restoreAll("latest", target);
    Contents.assertEqual(Contents.ofAll(target), expected);
    return restored;
  }

  @Test
  void aRestoreLetsTheStoreCopyWhatKeepsItsBytes() {
    onMoto();
    Lake source = orders();
    Bcn bcn = bcn();
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Map<String, Contents> expected = Contents.ofAll(source);
    Lake target = place.lake(temp.resolve("target"), "restored");

    RestoreSummary plan = restore(bcn, target, RestoreRequest.Action.PLAN_ONLY);
    front.forget();
    RestoreSummary elsewhere = restore(bcn, target, RestoreRequest.Action.RESTORE);

    report("elsewhere", elsewhere);
    assertThat(elsewhere.notices()).isEmpty();
    // The position deletes are rewritten: they name the data files.
    assertThat(streamed(one -> isOfData(one) && !one.isFor("-deletes.parquet"))).isZero();
    assertThat(elsewhere.storeCopiedBytes()).isGreaterThan(ROWS * 64L);
    assertThat(elsewhere.storeCopiedFiles())
        .isEqualTo(front.count("CopyObject"))
        .isEqualTo(3)
        .isEqualTo(elsewhere.tables().get(0).storeCopiedFiles());
    assertThat(plan.storeCopiedFiles()).isEqualTo(elsewhere.storeCopiedFiles());
    assertThat(plan.storeCopiedBytes()).isEqualTo(elsewhere.storeCopiedBytes());
    assertThat(plan.files()).isEqualTo(elsewhere.files());
    Contents.assertEqual(Contents.ofAll(target), expected);

    // What lies there already is recognised.
    target.sql("DROP TABLE @.sales.orders");
    front.forget();
    RestoreSummary again = restore(bcn, target, RestoreRequest.Action.RESTORE);
    report("again", again);
    assertThat(front.count("CopyObject")).isZero();
    assertThat(again.storeCopiedFiles()).isZero();
    Contents.assertEqual(Contents.ofAll(target), expected);

    // At home nothing has to be rewritten.
    source.sql("DROP TABLE @.sales.orders");
    place.vanish("lake");
    front.forget();
    RestoreSummary home = restore(bcn, source, RestoreRequest.Action.RESTORE);
    report("home", home);
    assertThat(streamed()).isZero();
    assertThat(home.storeCopiedFiles()).isGreaterThan(4).isEqualTo(front.count("CopyObject"));
    Contents.assertEqual(Contents.ofAll(source), expected);
  }

  @Test
  void aTableWhoseFilesCarryMoreThanTheirBytesIsStreamed() {
    onMoto();
    Lake source = orders();
    Bcn bcn = bcn();
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Map<String, Contents> expected = Contents.ofAll(source);
    Lake target = place.lake(temp.resolve("target"), "restored");
    target.configure("s3.write.tags.team", "ann");

    front.forget();
    RestoreSummary restored = restore(bcn, target, RestoreRequest.Action.RESTORE);

    assertThat(front.count("CopyObject")).isZero();
    assertThat(restored.storeCopiedFiles()).isZero();
    assertThat(restored.notices()).isEmpty();
    Contents.assertEqual(Contents.ofAll(target), expected);
    try (S3Client client = place.client()) {
      String file = dataFile("restored", "orders");
      assertThat(client.getObjectTagging(get -> get.bucket(place.bucket()).key(file)).tagSet())
          .hasToString("[Tag(Key=team, Value=ann)]");
    }
  }

  @Test
  void anObjectThatIsDamagedOrGoneIsPlacedByNeitherRoute() {
    onMoto();
    Lake source = orders();
    Bcn bcn = bcn();
    bcn.backup(Scope.ofCatalog(source.catalog()));
    String object = largestObject();
    byte[] whole = bytes(object);
    byte[] damaged = whole.clone();
    damaged[damaged.length / 2] ^= 1;

    overwrite(object, damaged);
    assertRefusedByBothRoutes(
        "its bytes are not those that were stored (sha256 differs)", object, 1);

    try (S3Client client = behindTheFront()) {
      client.deleteObject(delete -> delete.bucket(place.bucket()).key(object));
    }
    assertRefusedByBothRoutes("there is none", object, 2);

    overwrite(object, whole);
    assertThat(assertComesBack(source, bcn).storeCopiedFiles()).isEqualTo(3);
  }

  private void assertRefusedByBothRoutes(String why, String object, int which) {
    List<String> messages = new ArrayList<>();
    for (Bcn bcn : List.of(bcn(), turnedOff("repo"))) {
      String name = "refused-%d-%d".formatted(which, messages.size());
      Lake target = place.lake(temp.resolve(name), name);
      front.forget();
      BcnException refusal =
          catchThrowableOfType(
              BcnException.class, () -> restore(bcn, target, RestoreRequest.Action.RESTORE));
      assertThat(refusal).as("why a restore of wrong bytes ends").isNotNull();
      assertThat(refusal.code()).isEqualTo(ErrorCode.DAMAGED);
      messages.add(refusal.getMessage());
      assertThat(front.count("CopyObject")).isEqualTo(messages.size() == 1 ? 3 : 0);
      assertThat(target.tables()).isEmpty();
      // The two other data files are there, and the deletes, for the next try.
      assertThat(objects(name + "/", ".parquet")).hasSize(3);
      assertThat(objects(name + "/", ".parquet"))
          .noneMatch(file -> object.endsWith(file.substring(file.lastIndexOf('/') + 1)));
    }
    assertThat(messages.get(0)).contains(why).contains(object).isEqualTo(messages.get(1));
  }

  private static RestoreSummary restore(Bcn bcn, Lake target, RestoreRequest.Action action) {
    return bcn.restore(
        new RestoreRequest(
            bcn.storage(),
            "latest",
            new RestoreRequest.Selection(
                List.of(), List.of(), List.of(), RestoreRequest.Deleted.LEFT_OUT),
            Bcn.to(target),
            RestoreRequest.IfExists.FAIL,
            RestoreRequest.Uuids.FRESH_ELSEWHERE,
            RestoreRequest.Contents.WHOLE,
            RestoreRequest.Partial.REFUSED_AT_HOME,
            action,
            SharedSpark.settings()));
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

    RestoreSummary restored = assertComesBack(source, bcn);

    assertThat(restored.storeCopiedFiles()).isZero();
    assertThat(front.count("CopyObject")).isBetween(1L, 4L);
    assertThat(restored.notices())
        .containsExactly(
            DECLINED_BACK.formatted(place.bucket(), "it gives no SHA-256 of what it copies"));
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
    assertThat(assertComesBack(source, bcn).notices())
        .containsExactly(
            DECLINED_BACK.formatted(
                place.bucket(), "AccessDenied: made by a test, HTTP status 403"));
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
    String gone = dataFile("lake", "gone");
    String cut = dataFile("lake", "cut");
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

  private String dataFile(String lake, String table) {
    return objects("%s/sales/%s/data/".formatted(lake, table), "").get(0);
  }

  /** The names of those below that end so. */
  private List<String> objects(String below, String end) {
    try (S3Client client = behindTheFront()) {
      return client
          .listObjectsV2Paginator(list -> list.bucket(place.bucket()).prefix("bcn/" + below))
          .contents()
          .stream()
          .map(S3Object::key)
          .filter(name -> name.endsWith(end))
          .toList();
    }
  }

  /** The data file of many rows, as the repository has it. */
  private String largestObject() {
    return objects("repo/", ".parquet").stream()
        .max(Comparator.comparing(name -> bytes(name).length))
        .orElseThrow();
  }

  private byte[] bytes(String name) {
    try (S3Client client = behindTheFront()) {
      return client.getObjectAsBytes(get -> get.bucket(place.bucket()).key(name)).asByteArray();
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

  private void report(String what, RestoreSummary restore) {
    System.out.printf(
        "Store copy, restore %s: %,d files, %,d bytes, of these by the store %,d files, %,d bytes%n",
        what,
        restore.files(),
        restore.bytes(),
        restore.storeCopiedFiles(),
        restore.storeCopiedBytes());
    reportPassed();
  }

  private void report(BackupSummary backup) {
    System.out.printf(
        "Store copy: %,d files, %,d bytes, of these by the store %,d files, %,d bytes%n",
        backup.copiedFiles(),
        backup.copiedBytes(),
        backup.storeCopiedFiles(),
        backup.storeCopiedBytes());
    reportPassed();
  }

  private void reportPassed() {
    System.out.printf(
        "  through the application: %,d bytes of data files, %,d bytes in all; %s%n",
        streamed(), front.bytes(request -> true), front.counts());
  }
}
