package io.bcn.storage;

import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A store's listing, a page at a time, with its failures translated. */
final class S3Listing<T> implements Iterator<T> {
  private final String location;
  private final Iterator<T> found;

  private S3Listing(String location, Iterator<T> found) {
    this.location = location;
    this.found = found;
  }

  static <T> Stream<ObjectStat> translated(
      String location,
      Supplier<? extends Iterable<T>> pages,
      Function<T, Optional<ObjectStat>> stat) {
    Iterator<T> found =
        S3Failure.translated("list objects below", location, () -> pages.get().iterator());
    int shape = Spliterator.DISTINCT | Spliterator.NONNULL;
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(new S3Listing<>(location, found), shape), false)
        .flatMap(one -> stat.apply(one).stream());
  }

  @Override
  public boolean hasNext() {
    return S3Failure.translated("list objects below", location, found::hasNext);
  }

  @Override
  public T next() {
    return S3Failure.translated("list objects below", location, found::next);
  }
}
