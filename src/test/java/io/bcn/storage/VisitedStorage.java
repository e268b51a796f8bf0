package io.bcn.storage;

import io.bcn.format.ObjectKey;
import java.io.InputStream;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Another storage, whose user stalls once, just before it changes an object of that name: for as
 * long as a visit takes, in which others may do anything to the storage inside.
 */
public final class VisitedStorage implements Storage {
  private static final long serialVersionUID = 1L;

  private final Storage inside;
  private final String name;
  private final int change;
  private final transient Runnable visit;
  private int changes;

  private VisitedStorage(Storage inside, String name, int change, Runnable visit) {
    this.inside = inside;
    this.name = name;
    this.change = change;
    this.visit = visit;
  }

  /** The visit comes before the n-th change, counted from 1, of objects of that name. */
  public static VisitedStorage before(int change, String name, Storage inside, Runnable visit) {
    return new VisitedStorage(inside, name, change, visit);
  }

  private void changes(ObjectKey key) {
    if (key.name().equals(name) && ++changes == change) {
      visit.run();
    }
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
    changes(key);
    return inside.create(key, bytes);
  }

  @Override
  public void replace(ObjectKey key, byte[] bytes) {
    changes(key);
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
    changes(key);
    inside.delete(key);
  }
}
