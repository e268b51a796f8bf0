package io.bcn.storage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.Optional;

/**
 * The regular files and the folders of a local disk. Symbolic links are not followed: none is an
 * object.
 */
final class LocalTree implements TreeWalk.Tree<LocalTree.Node> {

  /** A regular file, or a folder, which then has no attributes. */
  record Node(Path path, Optional<BasicFileAttributes> file) {
    BasicFileAttributes attributes() {
      return file.orElseThrow();
    }
  }

  static Node folder(Path path) {
    return new Node(path, Optional.empty());
  }

  @Override
  public boolean isFolder(Node node) {
    return node.file().isEmpty();
  }

  @Override
  @SuppressWarnings("StreamResourceLeak") // The walk closes the listing, and with it the stream.
  public TreeWalk.Entries<Node> enter(Node folder) throws IOException {
    try {
      return new Listing(Files.newDirectoryStream(folder.path()));
    } catch (NotDirectoryException anObject) {
      throw new NoSuchFileException(folder.path().toString());
    }
  }

  private record Listing(DirectoryStream<Path> stream, Iterator<Path> paths)
      implements TreeWalk.Entries<Node> {
    Listing(DirectoryStream<Path> stream) {
      this(stream, stream.iterator());
    }

    @Override
    public Optional<Node> next() throws IOException {
      try {
        while (paths.hasNext()) {
          Optional<Node> node = node(paths.next());
          if (node.isPresent()) {
            return node;
          }
        }
        return Optional.empty();
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }

    private static Optional<Node> node(Path path) throws IOException {
      try {
        BasicFileAttributes attributes =
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
          return Optional.of(folder(path));
        }
        return Optional.of(new Node(path, Optional.of(attributes)))
            .filter(node -> attributes.isRegularFile());
      } catch (NoSuchFileException deletedMeanwhile) {
        return Optional.empty();
      }
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
