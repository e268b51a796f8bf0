package io.bcn.storage;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RemoteIterator;

/** The files and folders of HDFS, a page of a folder at a time. */
record HdfsTree(HdfsRoot root) implements TreeWalk.Tree<FileStatus> {

  @Override
  public boolean isFolder(FileStatus node) {
    return node.isDirectory();
  }

  @Override
  public TreeWalk.Entries<FileStatus> enter(FileStatus folder) throws IOException {
    return new Listing(root.client().listStatusIterator(folder.getPath()));
  }

  private record Listing(RemoteIterator<FileStatus> statuses)
      implements TreeWalk.Entries<FileStatus> {
    @Override
    public Optional<FileStatus> next() throws IOException {
      return statuses.hasNext() ? Optional.of(statuses.next()) : Optional.empty();
    }

    @Override
    public void close() {
      // The NameNode keeps nothing open for a listing.
    }
  }
}
