package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Layout;
import io.bcn.format.ObjectKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/**
 * Objects in this JVM's memory; a copy that was serialized sees the same objects, so that local
 * Spark tasks can use it.
 */
public final class MemoryStorage implements Storage {
  private static final long serialVersionUID = 1L;
  private static final Map<String, ConcurrentMap<ObjectKey, Stored>> STORES =
      new ConcurrentHashMap<>();

  private static final class Stored {
    private final byte[] bytes;
    private final Instant at;

    Stored(byte[] bytes) {
      this.bytes = bytes.clone();
      this.at = Instant.now();
    }

    ObjectStat stat(ObjectKey key) {
      return new ObjectStat(key, bytes.length, at);
    }
  }

  private final String id = UUID.randomUUID().toString();

  /** All objects of a repository, if there is one, in a storage of their own. */
  public static MemoryStorage copyOf(Storage repository) {
    MemoryStorage copy = new MemoryStorage();
    try (Stream<ObjectStat> objects = repository.list(Layout.catalogs())) {
      Stream.concat(objects.map(ObjectStat::key), Stream.of(Layout.repositoryManifest()))
          .forEach(key -> repository.read(key).ifPresent(bytes -> copy.create(key, bytes)));
    }
    return copy;
  }

  @Override
  public String root() {
    return "memory:" + id;
  }

  @Override
  public Optional<byte[]> read(ObjectKey key) {
    return stored(key).map(object -> object.bytes.clone());
  }

  @Override
  public InputStream open(ObjectKey key) {
    byte[] bytes = stored(key).orElseThrow(() -> missing(key)).bytes;
    return new ByteArrayInputStream(bytes);
  }

  private BcnException missing(ObjectKey key) {
    return new BcnException(
        ErrorCode.DAMAGED,
        "Cannot read object '%s/%s': there is none".formatted(root(), key),
        "Run 'bcn verify' on the repository to see what else is missing.");
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return stored(key).map(object -> object.stat(key));
  }

  @Override
  public boolean create(ObjectKey key, byte[] bytes) {
    return objects().putIfAbsent(key, new Stored(bytes)) == null;
  }

  @Override
  public void replace(ObjectKey key, byte[] bytes) {
    objects().put(key, new Stored(bytes));
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    return new Writer(key);
  }

  @Override
  public Stream<ObjectStat> list(ObjectKey prefix) {
    return objects().entrySet().stream()
        .filter(entry -> entry.getKey().value().startsWith(prefix.value() + "/"))
        .map(entry -> entry.getValue().stat(entry.getKey()));
  }

  @Override
  public void delete(ObjectKey key) {
    objects().remove(key);
  }

  private Optional<Stored> stored(ObjectKey key) {
    return Optional.ofNullable(objects().get(key));
  }

  private ConcurrentMap<ObjectKey, Stored> objects() {
    return STORES.computeIfAbsent(id, unused -> new ConcurrentHashMap<>());
  }

  private final class Writer extends ObjectWriter {
    private final ObjectKey key;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean committed;

    Writer(ObjectKey key) {
      this.key = key;
    }

    @Override
    public void write(int oneByte) {
      bytes.write(oneByte);
    }

    @Override
    public void write(byte[] from, int offset, int lengthBytes) {
      bytes.write(from, offset, lengthBytes);
    }

    @Override
    public void commit() {
      if (committed) {
        throw new IllegalStateException("committed twice: " + root() + "/" + key);
      }
      committed = true;
      replace(key, bytes.toByteArray());
    }
  }
}
