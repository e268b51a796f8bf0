package io.bcn.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.SafeModeAction;
import org.apache.hadoop.security.UserGroupInformation;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real NameNode and DataNode in this JVM: only they show what HDFS does in one step. */
class HdfsStorageIT extends StorageContract {
  private static final ObjectKey KEY = ObjectKey.of("folder/object");
  private static final byte[] BYTES = "some bytes".getBytes(UTF_8);

  @TempDir static Path disk;
  private static MiniDFSCluster cluster;
  private static DistributedFileSystem hdfs;

  private final String folder = "/repos/" + UUID.randomUUID();

  @BeforeAll
  static void startCluster() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set("dfs.namenode.fs-limits.min-block-size", "1024");
    cluster = new MiniDFSCluster.Builder(configuration, disk.toFile()).numDataNodes(1).build();
    cluster.waitActive();
    hdfs = cluster.getFileSystem();
  }

  @AfterAll
  static void stopCluster() {
    cluster.shutdown(true);
  }

  @Override
  protected Storage newStorage() {
    return StorageLocation.parse(hdfs.getUri() + folder).open(Map.of("dfs.blocksize", "1048576"));
  }

  @Override
  protected int races() {
    return 10;
  }

  @Test
  void aLocationWithoutAuthorityIsQualifiedByTheDefault() {
    String defaultFs = hdfs.getUri().toString();
    Storage storage =
        StorageLocation.parse("hdfs:" + folder).open(Map.of("fs.defaultFS", defaultFs));
    assertThat(storage.root()).isEqualTo(defaultFs + folder);
  }

  @Test
  void emptyFoldersDoNotStay() throws IOException {
    Storage storage = newStorage();
    storage.create(ObjectKey.of("a/b/c"), BYTES);
    storage.create(ObjectKey.of("a/d"), BYTES);
    storage.delete(ObjectKey.of("a/b/c"));
    assertThat(hdfs.exists(path("a/b"))).isFalse();
    storage.delete(ObjectKey.of("a/d"));
    assertThat(hdfs.exists(path("a"))).isFalse();
    assertThat(hdfs.exists(new org.apache.hadoop.fs.Path(folder))).isTrue();
  }

  @Test
  void whatADeadProcessLeftIsListedOnlyWhereItIs() throws IOException {
    Storage storage = newStorage();
    try (ObjectWriter abandoned = storage.write(KEY)) {
      abandoned.write(BYTES);
      try (Stream<ObjectStat> staged = storage.list(LocalStorage.STAGED)) {
        assertThat(staged).hasSize(1);
      }
    }
  }

  @Test
  void aMissingRightIsPermissionDenied() throws Exception {
    hdfs.mkdirs(new org.apache.hadoop.fs.Path(folder), new FsPermission("700"));
    PrivilegedExceptionAction<Boolean> create = () -> newStorage().create(KEY, BYTES);
    assertFails(
        () -> UserGroupInformation.createRemoteUser("eve").doAs(create),
        ErrorCode.PERMISSION_DENIED,
        "permission denied (Permission denied: user=eve");
  }

  @Test
  void aQuotaThatIsUsedUpIsOutOfSpace() throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(folder);
    hdfs.mkdirs(root);
    hdfs.setQuota(root, 100, 1024);
    assertFails(
        () -> newStorage().create(KEY, BYTES), ErrorCode.OUT_OF_SPACE, "no space is left (");
    assertThat(newStorage().stat(KEY)).isEmpty();
  }

  @Test
  @SuppressWarnings("deprecation") // The enum that replaces it is missing in Hadoop 3.3.
  void aStoreInSafeModeIsUnavailable() throws IOException {
    Storage storage = newStorage();
    storage.create(ObjectKey.of("a"), BYTES);
    hdfs.setSafeMode(SafeModeAction.SAFEMODE_ENTER);
    try {
      assertFails(
          () -> storage.create(KEY, BYTES),
          ErrorCode.STORAGE_UNAVAILABLE,
          "the store does not answer (");
      assertThat(storage.read(ObjectKey.of("a"))).hasValue(BYTES);
    } finally {
      hdfs.setSafeMode(SafeModeAction.SAFEMODE_LEAVE);
    }
  }

  private void assertFails(ThrowingCallable call, ErrorCode code, String reason) {
    assertThatThrownBy(call)
        .isInstanceOf(BcnException.class)
        .hasMessageStartingWith(
            "Cannot write object '%s%s/folder/object': %s", hdfs.getUri(), folder, reason)
        .extracting("code")
        .isEqualTo(code);
  }

  private org.apache.hadoop.fs.Path path(String key) {
    return new org.apache.hadoop.fs.Path(folder, key);
  }
}
