package io.bcn.storage;

import io.bcn.format.ObjectKey;
import java.io.InputStream;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Another storage, whose user stalls once, just before one of its operations: for as long as a
 * visit takes, in which others may do anything to the storage inside.
 */
public final class VisitedStorage implements Storage {
  private static final long serialVersionUID = 1L;

  private final Storage inside;
  private final Optional<String> changed;
  private final int operation;
  private final transient Runnable visit;
  private int operations;

  private VisitedStorage(Storage inside, Optional<String> changed, int operation, Runnable visit) {
    this.inside = inside;
    this.changed = changed;
    this.operation = operation;
    this.visit = visit;
  }

  /** The visit comes before the n-th operation of any kind, counted from 1. */
  public static VisitedStorage before(int operation, Storage inside, Runnable visit) {
    return new VisitedStorage(inside, Optional.empty(), operation, visit);
  }

  /** The visit comes before the n-th change, counted from 1, of objects of that name. */
  public static VisitedStorage before(int change, String name, Storage inside, Runnable visit) {
    return new VisitedStorage(inside, Optional.of(name), change, visit);
  }

  /** Whether the visit has come. */
  public boolean isVisited() {
    return operations >= operation;
  }

  private void looks() {
    if (changed.isEmpty() && ++operations == operation) {
      visit.run();
    }
  }

  private void changes(ObjectKey key) {
    looks();
    if (changed.equals(Optional.of(key.name())) && ++operations == operation) {
      visit.run();
    }
  }

  @Override
  public String root() {
    return inside.root();
  }

  @Override
  public Optional<byte[]> read(ObjectKey key) {
    looks();
    return inside.read(key);
  }

  @Override
  public InputStream open(ObjectKey key) {
    looks();
    return inside.open(key);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    looks();
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
    looks();
    return inside.list(prefix);
  }

  @Override
  public void delete(ObjectKey key) {
    changes(key);
    inside.delete(key);
  }
}
