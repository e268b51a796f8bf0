package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Another storage whose process dies at its n-th mutation: that one fails, and from then on all
 * operations do. What was stored stays in the storage inside, for the next "process" to use.
 *
 * <p>Counts all operations. Copies that were serialized within this JVM count together and die
 * together.
 */
public final class FaultyStorage implements Storage {
  private static final long serialVersionUID = 1L;
  private static final Map<String, Life> LIVES = new ConcurrentHashMap<>();

  /** What is counted. A {@link #WRITE} counts when it commits. */
  public enum Operation {
    READ,
    OPEN,
    STAT,
    LIST,
    CREATE,
    REPLACE,
    WRITE,
    DELETE;

    /** Whether it changes the store. */
    public boolean mutates() {
      return compareTo(CREATE) >= 0;
    }
  }

  /** Whether the mutation that fails has taken effect: a lost request, or a lost answer. */
  public enum Fault {
    BEFORE_EFFECT,
    AFTER_EFFECT,
    /**
     * The store is full from then on: what adds bytes fails as on a real disk, all else goes on.
     * What is removed makes room for one small object.
     */
    NO_SPACE,
    /** The store refuses every change from then on. */
    NO_PERMISSION,
    /** The store takes no more requests from then on: too many, or over a quota of them. */
    THROTTLED;

    private IOException failure() {
      return switch (this) {
        case NO_SPACE -> new IOException("No space left on device");
        case NO_PERMISSION -> new AccessDeniedException("/repo");
        case THROTTLED -> new SocketTimeoutException("the store slows down");
        case BEFORE_EFFECT, AFTER_EFFECT -> new IOException("the process is dead");
      };
    }

    /** Whether the process lives on, and its store fails. */
    private boolean isOfStore() {
      return compareTo(NO_SPACE) >= 0;
    }
  }

  @FunctionalInterface
  private interface Effect<T> {
    T take();
  }

  private static final class Life {
    private final Map<Operation, AtomicLong> counts = new ConcurrentHashMap<>();
    private final AtomicLong mutations = new AtomicLong();
    private final AtomicLong operations = new AtomicLong();
    private final Queue<ObjectKey> mutated = new ConcurrentLinkedQueue<>();
    private final AtomicLong room = new AtomicLong();
    private volatile boolean dead;
  }

  private final String id = UUID.randomUUID().toString();
  private final Storage inside;
  private final long fatalMutation;
  private final long fatalOperation;
  private final Fault fault;

  private FaultyStorage(Storage inside, long fatalMutation, long fatalOperation, Fault fault) {
    this.inside = inside;
    this.fatalMutation = fatalMutation;
    this.fatalOperation = fatalOperation;
    this.fault = fault;
  }

  /** Never fails, only counts. */
  public static FaultyStorage counting(Storage inside) {
    return new FaultyStorage(inside, Long.MAX_VALUE, Long.MAX_VALUE, Fault.BEFORE_EFFECT);
  }

  /** Fails at the n-th mutation, counted from 1, and at every operation after it. */
  public static FaultyStorage failingAt(long mutation, Fault fault, Storage inside) {
    return new FaultyStorage(inside, mutation, Long.MAX_VALUE, fault);
  }

  /** Fails before the n-th operation of any kind, counted from 1, and at every one after it. */
  public static FaultyStorage failingAtOperation(long operation, Storage inside) {
    return new FaultyStorage(inside, Long.MAX_VALUE, operation, Fault.BEFORE_EFFECT);
  }

  /** How many operations of these kinds were begun. */
  public long count(Operation... operations) {
    return Arrays.stream(operations).mapToLong(operation -> counter(operation).get()).sum();
  }

  /** How many operations that change the store were begun. */
  public long mutations() {
    return life().mutations.get();
  }

  /** What was changed, in the order in which it began. */
  public List<ObjectKey> mutated() {
    return List.copyOf(life().mutated);
  }

  /** How many operations of any kind were begun. */
  public long operations() {
    return life().operations.get();
  }

  /** Whether the fault has happened. */
  public boolean isDead() {
    return life().dead;
  }

  @Override
  public String root() {
    return inside.root();
  }

  @Override
  public Optional<byte[]> read(ObjectKey key) {
    return run(Operation.READ, key, () -> inside.read(key));
  }

  @Override
  public InputStream open(ObjectKey key) {
    return run(Operation.OPEN, key, () -> inside.open(key));
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return run(Operation.STAT, key, () -> inside.stat(key));
  }

  @Override
  public boolean create(ObjectKey key, byte[] bytes) {
    return run(Operation.CREATE, key, () -> inside.create(key, bytes));
  }

  @Override
  public void replace(ObjectKey key, byte[] bytes) {
    run(
        Operation.REPLACE,
        key,
        () -> {
          inside.replace(key, bytes);
          return true;
        });
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    checkAlive(key);
    return new Writer(key, inside.write(key));
  }

  @Override
  public Stream<ObjectStat> list(ObjectKey prefix) {
    return run(Operation.LIST, prefix, () -> inside.list(prefix));
  }

  @Override
  public void delete(ObjectKey key) {
    run(
        Operation.DELETE,
        key,
        () -> {
          inside.delete(key);
          return true;
        });
  }

  private <T> T run(Operation operation, ObjectKey key, Effect<T> effect) {
    checkAlive(key);
    counter(operation).incrementAndGet();
    if (life().operations.incrementAndGet() >= fatalOperation) {
      life().dead = true;
      throw injected(key);
    }
    if (operation.mutates()) {
      life().mutated.add(key);
    }
    if (!operation.mutates() || life().mutations.incrementAndGet() < fatalMutation) {
      return effect.take();
    }
    if (fault == Fault.NO_SPACE && hasRoomFor(operation)) {
      return effect.take();
    }
    if (fault.isOfStore()) {
      return StorageFailure.translated(
          operation == Operation.DELETE ? "delete object" : "write object",
          root() + "/" + key,
          () -> {
            throw fault.failure();
          });
    }
    boolean first = !life().dead;
    life().dead = true;
    if (first && fault == Fault.AFTER_EFFECT) {
      effect.take();
    }
    throw injected(key);
  }

  private boolean hasRoomFor(Operation operation) {
    if (operation == Operation.DELETE) {
      life().room.set(1);
      return true;
    }
    return operation == Operation.CREATE && life().room.getAndSet(0) > 0;
  }

  private void checkAlive(ObjectKey key) {
    if (life().dead) {
      throw injected(key);
    }
  }

  private BcnException injected(ObjectKey key) {
    return new BcnException(
        ErrorCode.STORAGE_UNAVAILABLE,
        "Cannot use object '%s/%s': a test broke the storage at %s"
            .formatted(
                root(),
                key,
                fatalOperation == Long.MAX_VALUE
                    ? "mutation " + fatalMutation
                    : "operation " + fatalOperation),
        "Look at the test that did it.");
  }

  private AtomicLong counter(Operation operation) {
    return life().counts.computeIfAbsent(operation, unused -> new AtomicLong());
  }

  private Life life() {
    return LIVES.computeIfAbsent(id, unused -> new Life());
  }

  private final class Writer extends ObjectWriter {
    private final ObjectKey key;
    private final ObjectWriter writer;

    Writer(ObjectKey key, ObjectWriter writer) {
      this.key = key;
      this.writer = writer;
    }

    @Override
    public void write(int oneByte) throws IOException {
      checkAlive(key);
      writer.write(oneByte);
    }

    @Override
    public void write(byte[] bytes, int offset, int lengthBytes) throws IOException {
      checkAlive(key);
      writer.write(bytes, offset, lengthBytes);
    }

    @Override
    public void commit() {
      run(
          Operation.WRITE,
          key,
          () -> StorageFailure.translated("write object", root(), this::commitInside));
    }

    private boolean commitInside() throws IOException {
      writer.commit();
      return true;
    }

    @Override
    public void close() throws IOException {
      writer.close();
    }
  }
}
