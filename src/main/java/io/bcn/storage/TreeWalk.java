package io.bcn.storage;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The files below a folder, depth first.
 *
 * <p><i>Shape</i>: lazy; holds one open folder a level, so that millions of files need little
 * memory. What vanishes meanwhile is left out. Not safe for use by many threads.
 */
final class TreeWalk<N> implements Iterator<N>, Closeable {

  /** Where to walk: nodes are files and folders. */
  interface Tree<N> {
    boolean isFolder(N node);

    Entries<N> enter(N folder) throws IOException;
  }

  /** The nodes directly in one folder. */
  interface Entries<N> extends Closeable {
    Optional<N> next() throws IOException;
  }

  private final String location;
  private final Tree<N> tree;
  private final Deque<Entries<N>> open = new ArrayDeque<>();
  private Optional<N> upcoming = Optional.empty();

  private TreeWalk(String location, Tree<N> tree) {
    this.location = location;
    this.tree = tree;
  }

  /** The files below a folder as a stream, to be closed. The location is for messages. */
  static <N> Stream<N> files(String location, Tree<N> tree, N folder) {
    TreeWalk<N> walk = new TreeWalk<>(location, tree);
    walk.translated(() -> walk.enter(folder));
    int shape = Spliterator.DISTINCT | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(walk, shape), false)
        .onClose(walk::close);
  }

  @Override
  public boolean hasNext() {
    if (upcoming.isEmpty()) {
      upcoming = translated(this::nextFile);
    }
    return upcoming.isPresent();
  }

  @Override
  public N next() {
    if (!hasNext()) {
      throw new NoSuchElementException(location);
    }
    N file = upcoming.orElseThrow();
    upcoming = Optional.empty();
    return file;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      translated(this::leave);
    }
  }

  private Optional<N> nextFile() throws IOException {
    while (!open.isEmpty()) {
      Optional<N> node = nextNode();
      if (node.isEmpty()) {
        leave();
      } else if (!tree.isFolder(node.get())) {
        return node;
      } else {
        enter(node.get());
      }
    }
    return Optional.empty();
  }

  private Optional<N> nextNode() throws IOException {
    try {
      return open.element().next();
    } catch (NoSuchFileException | FileNotFoundException vanished) {
      return Optional.empty();
    }
  }

  private boolean enter(N folder) throws IOException {
    try {
      open.push(tree.enter(folder));
      return true;
    } catch (NoSuchFileException | FileNotFoundException vanished) {
      return false;
    }
  }

  private boolean leave() throws IOException {
    open.pop().close();
    return true;
  }

  private <T> T translated(StorageFailure.Action<T> action) {
    return StorageFailure.translated("list objects below", location, action);
  }
}
