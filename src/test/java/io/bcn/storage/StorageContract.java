package io.bcn.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Storage} does, whatever its store: each implementation's test extends this. */
public abstract class StorageContract {
  private static final ObjectKey KEY = ObjectKey.of("folder/object");
  private static final byte[] BYTES = "some bytes".getBytes(UTF_8);

  private Storage storage;

  /** A storage without any object. */
  protected abstract Storage newStorage() throws IOException;

  /** How often a race is run: fewer times where the store is slow. */
  protected int races() {
    return 50;
  }

  @BeforeEach
  void open() throws IOException {
    storage = newStorage();
  }

  @Test
  void aCreatedObjectIsRead() throws IOException {
    assertThat(storage.create(KEY, BYTES)).isTrue();

    assertThat(storage.read(KEY)).hasValue(BYTES);
    assertThat(bytesOf(KEY)).isEqualTo(BYTES);
  }

  @Test
  void anObjectAtTheTopIsRead() {
    ObjectKey key = ObjectKey.of("manifest.json");
    assertThat(storage.create(key, BYTES)).isTrue();
    assertThat(storage.read(key)).hasValue(BYTES);
  }

  @Test
  void whatIsNotThereIsEmpty() {
    assertThat(storage.read(KEY)).isEmpty();
    assertThat(storage.stat(KEY)).isEmpty();
    assertThat(list("folder")).isEmpty();
  }

  @Test
  void whatIsNotThereCannotBeOpened() {
    assertThatThrownBy(() -> bytesOf(KEY))
        .isInstanceOf(BcnException.class)
        .hasMessage("Cannot read object '%s/folder/object': there is none", storage.root())
        .extracting("code")
        .isEqualTo(ErrorCode.DAMAGED);
  }

  @Test
  void theStatHoldsLengthAndTime() {
    Instant before = Instant.now();
    storage.create(KEY, BYTES);

    ObjectStat stat = storage.stat(KEY).orElseThrow();
    assertThat(stat.key()).isEqualTo(KEY);
    assertThat(stat.lengthBytes()).isEqualTo(BYTES.length);
    assertThat(stat.modifiedAt())
        .isBetween(before.minus(Duration.ofSeconds(5)), Instant.now().plusSeconds(5));
  }

  @Test
  void aTakenNameIsNotCreatedAgain() {
    storage.create(KEY, BYTES);
    assertThat(storage.create(KEY, "others".getBytes(UTF_8))).isFalse();
    assertThat(storage.read(KEY)).hasValue(BYTES);
  }

  @Test
  void anEmptyObjectIsAnObject() throws IOException {
    assertThat(storage.create(KEY, new byte[0])).isTrue();
    assertThat(storage.create(KEY, BYTES)).isFalse();
    assertThat(storage.read(KEY)).hasValue(new byte[0]);
    assertThat(bytesOf(KEY)).isEmpty();
    assertThat(storage.stat(KEY).orElseThrow().lengthBytes()).isZero();
    assertThat(list("folder")).containsExactly("folder/object 0");
  }

  @Test
  void anEmptyObjectIsWritten() throws IOException {
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.commit();
    }
    assertThat(storage.read(KEY)).hasValue(new byte[0]);
  }

  @Test
  void ofManyThreadsExactlyOneCreates() throws Exception {
    for (int race = 0; race < races(); race++) {
      ObjectKey key = ObjectKey.of("race/new/folder/" + race);
      CyclicBarrier start = new CyclicBarrier(16);
      List<Boolean> created =
          inParallel(
              16,
              thread ->
                  () -> {
                    start.await();
                    return storage.create(key, pattern(thread));
                  });

      assertThat(created).containsOnlyOnce(true);
      assertThat(storage.read(key)).hasValue(pattern(created.indexOf(true)));
    }
  }

  @Test
  void replaceTakesThePlaceOfWhateverIsThere() {
    storage.replace(KEY, BYTES);
    assertThat(storage.read(KEY)).hasValue(BYTES);
    storage.replace(KEY, new byte[0]);
    assertThat(storage.read(KEY)).hasValue(new byte[0]);
  }

  @Test
  void aReaderSeesTheOldOrTheNewBytesWhole() throws Exception {
    storage.replace(KEY, pattern(0));
    AtomicBoolean done = new AtomicBoolean();
    List<Long> reads =
        inParallel(4, thread -> () -> thread == 0 ? replaceOften(done) : readWhileReplaced(done));
    assertThat(reads).allMatch(count -> count > 0);
  }

  private long replaceOften(AtomicBoolean done) {
    try {
      int times = races() * 4;
      IntStream.rangeClosed(1, times).forEach(i -> storage.replace(KEY, pattern(i % 50)));
      return times;
    } finally {
      done.set(true);
    }
  }

  private long readWhileReplaced(AtomicBoolean done) {
    long reads = 0;
    do {
      byte[] bytes = storage.read(KEY).orElseThrow();
      assertThat(bytes).isEqualTo(pattern(bytes[0]));
      reads++;
    } while (!done.get());
    return reads;
  }

  @Test
  void aWriterThatIsNotCommittedLeavesNothing() throws IOException {
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.write(BYTES);
      assertThat(storage.stat(KEY)).isEmpty();
    }
    assertThat(storage.stat(KEY)).isEmpty();
    assertThat(list("folder")).isEmpty();
    assertThat(list(".tmp")).isEmpty();
  }

  @Test
  void aWriterThatIsNotCommittedLeavesWhatIsThere() throws IOException {
    storage.create(KEY, BYTES);
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.write(new byte[100]);
    }
    assertThat(storage.read(KEY)).hasValue(BYTES);
  }

  @Test
  void aWriterTakesThePlaceOfWhatIsThere() throws IOException {
    storage.create(KEY, new byte[1000]);
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.write(BYTES);
      writer.commit();
      assertThat(storage.read(KEY)).hasValue(BYTES);
    }
    assertThat(storage.read(KEY)).hasValue(BYTES);
    assertThat(list(".tmp")).isEmpty();
  }

  @Test
  void aWriterIsCommittedOnce() throws IOException {
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.commit();
      assertThatIllegalStateException()
          .isThrownBy(writer::commit)
          .withMessage("committed twice: %s/folder/object", storage.root());
    }
  }

  @Test
  void aLargeObjectIsWrittenInPieces() throws IOException {
    byte[] large = new byte[20 * 1024 * 1024 + 1];
    new Random(7).nextBytes(large);
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.write(large[0]);
      for (int at = 1; at < large.length; at += 333_333) {
        writer.write(large, at, Math.min(333_333, large.length - at));
      }
      writer.commit();
    }
    assertThat(storage.stat(KEY).orElseThrow().lengthBytes()).isEqualTo(large.length);
    assertThat(Arrays.equals(bytesOf(KEY), large)).isTrue();
    assertThat(Arrays.equals(storage.read(KEY).orElseThrow(), large)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sp ace/a b",
        "per%20cent/%2F",
        "pl+us/a+b",
        "ünï/日本🙂ß",
        "day=2025-10-17/h=1",
        "question?/#hash",
        "quo'te/\"x\"",
        "$(x)/${y}",
        "..dots../...",
        "-dash/--x",
        "~/~",
        "[a]*/{b,c}",
        "semi;/amp&",
        "_under/.hidden"
      })
  void aKeyMayHoldOddCharacters(String text) throws IOException {
    ObjectKey key = ObjectKey.of("odd/" + text);
    assertThat(storage.create(key, BYTES)).isTrue();
    assertThat(storage.create(key, BYTES)).isFalse();
    storage.replace(key, BYTES);
    try (ObjectWriter writer = storage.write(key)) {
      writer.write(BYTES);
      writer.commit();
    }

    assertThat(storage.read(key)).hasValue(BYTES);
    assertThat(storage.stat(key).orElseThrow().key()).isEqualTo(key);
    assertThat(list("odd")).containsExactly(key + " 10");
    assertThat(list("odd/" + text.split("/", -1)[0])).containsExactly(key + " 10");
    storage.delete(key);
    assertThat(storage.stat(key)).isEmpty();
  }

  @Test
  void aListingHoldsAllObjectsBelowThePrefix() {
    for (String key :
        List.of("a/b/1", "a/b/c/2", "a/b/c/d/3", "a/bc/4", "a/5", "ab/6", "a/b.txt")) {
      storage.create(ObjectKey.of(key), BYTES);
    }
    assertThat(list("a/b")).containsExactlyInAnyOrder("a/b/1 10", "a/b/c/2 10", "a/b/c/d/3 10");
    assertThat(list("a/b/c/d")).containsExactly("a/b/c/d/3 10");
    assertThat(list("a/b.txt")).isEmpty();
    assertThat(list("b")).isEmpty();
  }

  @Test
  void aListingBearsDeletionsMeanwhile() {
    for (int i = 0; i < 40; i++) {
      storage.create(ObjectKey.of("list/" + i % 4 + "/" + i), BYTES);
    }
    try (Stream<ObjectStat> objects = storage.list(ObjectKey.of("list"))) {
      objects.limit(20).forEach(object -> storage.delete(object.key()));
    }
    assertThat(list("list")).hasSize(20);
  }

  @Test
  void aFolderIsNoObject() {
    storage.create(KEY, BYTES);
    ObjectKey folder = ObjectKey.of("folder");
    assertThat(storage.read(folder)).isEmpty();
    assertThat(storage.stat(folder)).isEmpty();
    storage.delete(folder);
    assertThat(storage.read(KEY)).hasValue(BYTES);
  }

  @Test
  void aDeletedObjectIsGone() {
    storage.create(KEY, BYTES);
    storage.delete(KEY);
    assertThat(storage.stat(KEY)).isEmpty();
    assertThat(list("folder")).isEmpty();
    assertThat(storage.create(KEY, BYTES)).isTrue();
  }

  @Test
  void deletingWhatIsNotThereIsNoError() {
    storage.delete(KEY);
    storage.delete(KEY);
    assertThat(storage.stat(KEY)).isEmpty();
  }

  @Test
  void creatingAndDeletingInOneFolderDoNotDisturbEachOther() throws Exception {
    List<Integer> created =
        inParallel(8, thread -> () -> createAndDelete("shared/deep/folder/" + thread));
    assertThat(created).containsOnly(races());
    assertThat(list("shared")).isEmpty();
  }

  private int createAndDelete(String name) {
    ObjectKey key = ObjectKey.of(name);
    int created = 0;
    for (int i = 0; i < races(); i++) {
      created += storage.create(key, BYTES) ? 1 : 0;
      storage.delete(key);
    }
    return created;
  }

  @Test
  void aSerializedCopySeesTheSameObjects() throws Exception {
    storage.create(KEY, BYTES);
    Storage copy = serializedCopy(storage);
    assertThat(copy.root()).isEqualTo(storage.root());
    assertThat(copy.read(KEY)).hasValue(BYTES);
    copy.delete(KEY);
    assertThat(storage.stat(KEY)).isEmpty();
  }

  @Test
  void theRootHasNoTrailingSlash() {
    assertThat(storage.root()).isNotEmpty().doesNotEndWith("/");
  }

  private static Storage serializedCopy(Storage storage)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(storage);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Storage) in.readObject();
    }
  }

  private byte[] bytesOf(ObjectKey key) throws IOException {
    try (InputStream bytes = storage.open(key)) {
      return bytes.readAllBytes();
    }
  }

  /** Key and length of each object. */
  private List<String> list(String prefix) {
    try (Stream<ObjectStat> objects = storage.list(ObjectKey.of(prefix))) {
      return objects.map(object -> object.key() + " " + object.lengthBytes()).toList();
    }
  }

  /** Bytes that show whose they are by value and by length. */
  private static byte[] pattern(int number) {
    byte[] bytes = new byte[1 + number * 4099];
    Arrays.fill(bytes, (byte) number);
    return bytes;
  }

  private static <T> List<T> inParallel(int threads, IntFunction<Callable<T>> task)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<T>> results = pool.invokeAll(IntStream.range(0, threads).mapToObj(task).toList());
      List<T> values = new ArrayList<>();
      for (Future<T> result : results) {
        values.add(result.get());
      }
      return values;
    } finally {
      pool.shutdownNow();
    }
  }
}
