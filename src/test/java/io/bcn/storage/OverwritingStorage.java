package io.bcn.storage;

import io.bcn.format.ObjectKey;
import java.io.InputStream;
import java.util.Optional;
import java.util.stream.Stream;

/** Another storage, moved to a store that takes no notice of the condition of a creation. */
public final class OverwritingStorage implements Storage {
  private static final long serialVersionUID = 1L;

  private final Storage inside;

  public OverwritingStorage(Storage inside) {
    this.inside = inside;
  }

  @Override
  public String root() {
    return inside.root();
  }

  @Override
  public Optional<byte[]> read(ObjectKey key) {
    return inside.read(key);
  }

  @Override
  public InputStream open(ObjectKey key) {
    return inside.open(key);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return inside.stat(key);
  }

  @Override
  public boolean create(ObjectKey key, byte[] bytes) {
    inside.replace(key, bytes);
    return true;
  }

  @Override
  public void replace(ObjectKey key, byte[] bytes) {
    inside.replace(key, bytes);
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    return inside.write(key);
  }

  @Override
  public Stream<ObjectStat> list(ObjectKey prefix) {
    return inside.list(prefix);
  }

  @Override
  public void delete(ObjectKey key) {
    inside.delete(key);
  }
}
