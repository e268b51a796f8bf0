package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import java.io.IOException;
import java.io.Serializable;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * The folder of HDFS that a storage owns, and the client to reach it, in whatever JVM it is used.
 *
 * @param location {@code hdfs://<authority>/<folder>}, not URL-encoded
 * @param settings Hadoop settings over those of the class path's {@code *-site.xml}; may hold
 *     secrets
 */
record HdfsRoot(String location, Map<String, String> settings) implements Serializable {

  /**
   * Closing a file asks the NameNode until a DataNode has reported the last block, by default every
   * 400 ms, which is what writing a small object then takes. Asking after 10 ms, 20 ms, 40 ms, …
   * gives up as late and takes a tenth.
   */
  private static final Map<String, String> SHORT_WAITS =
      Map.of(
          "dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "10",
          "dfs.client.block.write.locateFollowingBlock.retries", "10");

  private record Session(HdfsRoot root, String user) {}

  /**
   * One client a root, user and JVM. Hadoop's own cache would hand out a client with the settings
   * of whoever asked first, which whoever asked first may close.
   */
  private static final Map<Session, DistributedFileSystem> CLIENTS = new ConcurrentHashMap<>();

  HdfsRoot {
    settings = Map.copyOf(settings);
  }

  /**
   * <i>Fails</i> with UNSUPPORTED where the location's scheme does not stand for HDFS; does not
   * connect.
   */
  static HdfsRoot of(String location, Map<String, String> settings) {
    HdfsRoot asGiven = new HdfsRoot(location, settings);
    asGiven.checkScheme();
    DistributedFileSystem client =
        StorageFailure.translated("open storage", location, asGiven::client);
    return new HdfsRoot(client.makeQualified(new Path(location)).toString(), settings);
  }

  private void checkScheme() {
    String scheme = path().toUri().getScheme();
    if (isHdfs(scheme)) {
      return;
    }
    throw new BcnException(
        ErrorCode.UNSUPPORTED,
        "Cannot open storage '%s': a repository on '%s:' is not supported"
            .formatted(location, scheme),
        "Use a local path, hdfs: or s3:; a plain Hadoop file system of another kind cannot create a file exclusively.");
  }

  private boolean isHdfs(String scheme) {
    try {
      Class<?> type = FileSystem.getFileSystemClass(scheme, configuration());
      return DistributedFileSystem.class.isAssignableFrom(type);
    } catch (IOException | RuntimeException noClassForScheme) {
      // Hadoop throws a bare RuntimeException where it knows the scheme but the jar is missing.
      return false;
    }
  }

  DistributedFileSystem client() throws IOException {
    Session session = new Session(this, UserGroupInformation.getCurrentUser().getUserName());
    DistributedFileSystem known = CLIENTS.get(session);
    if (known != null) {
      return known;
    }
    DistributedFileSystem opened = connect();
    DistributedFileSystem earlier = CLIENTS.putIfAbsent(session, opened);
    if (earlier == null) {
      return opened;
    }
    opened.close();
    return earlier;
  }

  private DistributedFileSystem connect() throws IOException {
    try {
      return (DistributedFileSystem) FileSystem.newInstance(path().toUri(), configuration());
    } catch (IllegalArgumentException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IOException(e.getMessage(), e);
    }
  }

  private Configuration configuration() {
    Configuration configuration = new Configuration();
    SHORT_WAITS.forEach(configuration::set);
    settings.forEach(configuration::set);
    return configuration;
  }

  Path path() {
    return new Path(location);
  }

  Path path(ObjectKey key) {
    // Not new Path(parent, child): that takes what stands before a colon for a scheme.
    Path root = path();
    String path = root.toUri().getPath() + "/" + key;
    return new Path(root.toUri().getScheme(), root.toUri().getAuthority(), path);
  }

  String location(ObjectKey key) {
    return location + "/" + key;
  }

  ObjectKey key(Path path) {
    return ObjectKey.of(path.toUri().getPath().substring(path().toUri().getPath().length() + 1));
  }

  /** Without the settings, which may hold secrets. */
  @Override
  public String toString() {
    return location;
  }
}
