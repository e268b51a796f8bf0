package io.bcn.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStorageTest extends StorageContract {
  private static final byte[] BYTES = "some bytes".getBytes(UTF_8);

  @TempDir Path outside;

  @Override
  protected Storage newStorage() {
    return StorageLocation.parse(root().toString()).open(Map.of());
  }

  private Path root() {
    return outside.resolve("re po");
  }

  @Test
  void aRootBehindASymbolicLinkIsFine() throws IOException {
    Files.createDirectory(outside.resolve("real"));
    Files.createSymbolicLink(root(), outside.resolve("real"));
    assertThat(newStorage().create(ObjectKey.of("top"), BYTES)).isTrue();
    assertThat(newStorage().create(ObjectKey.of("a/b"), BYTES)).isTrue();
    assertThat(outside.resolve("real/a/b")).hasBinaryContent(BYTES);
  }

  @Test
  void aFolderLinkThatLeadsOutIsRefusedByEveryOperation() throws IOException {
    Files.createDirectories(root());
    Files.writeString(outside.resolve("secret"), "secret");
    Files.createSymbolicLink(root().resolve("link"), outside);
    ObjectKey key = ObjectKey.of("link/secret");
    Storage storage = newStorage();

    assertLeadsOut(() -> storage.read(key));
    assertLeadsOut(() -> storage.open(key));
    assertLeadsOut(() -> storage.stat(key));
    assertLeadsOut(() -> storage.create(key, BYTES));
    assertLeadsOut(() -> storage.replace(key, BYTES));
    assertLeadsOut(() -> storage.write(key));
    assertLeadsOut(() -> storage.delete(key));
    assertLeadsOut(() -> storage.list(key));
    assertThat(outside.resolve("secret")).hasContent("secret");
  }

  @Test
  void anObjectLinkThatLeadsOutOrNowhereIsRefused() throws IOException {
    Files.createDirectories(root());
    Files.writeString(outside.resolve("secret"), "secret");
    Files.createSymbolicLink(root().resolve("link"), outside.resolve("secret"));
    assertLeadsOut(() -> newStorage().read(ObjectKey.of("link")));
    Files.delete(outside.resolve("secret"));
    assertLeadsOut(() -> newStorage().read(ObjectKey.of("link")));
  }

  @Test
  void aLinkThatStaysInsideIsFollowedButNotListed() throws IOException {
    Storage storage = newStorage();
    storage.create(ObjectKey.of("a/real/x"), BYTES);
    Files.createSymbolicLink(root().resolve("a/link"), root().resolve("a/real"));

    assertThat(storage.read(ObjectKey.of("a/link/x"))).hasValue(BYTES);
    try (Stream<ObjectStat> objects = storage.list(ObjectKey.of("a"))) {
      assertThat(objects).extracting(ObjectStat::key).containsExactly(ObjectKey.of("a/real/x"));
    }
    storage.delete(ObjectKey.of("a/link/x"));
    assertThat(root().resolve("a/link")).isSymbolicLink();
  }

  @Test
  void aPipeInAnObjectsPlaceIsRefusedAndKeepsNobodyWaiting() throws Exception {
    Path pipe = Files.createDirectories(root()).resolve("pipe");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
    ObjectKey key = ObjectKey.of("pipe");
    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            () -> newStorage().read(key),
            () -> newStorage().open(key),
            () -> newStorage().stat(key))) {
      assertThatThrownBy(use)
          .isInstanceOfSatisfying(
              BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
          .hasMessage("Cannot use object '%s/pipe': it is no regular file", root());
    }
  }

  @Test
  void anObjectThatIsTooLongForADocumentIsNotRead() throws IOException {
    Files.createDirectories(root());
    try (RandomAccessFile huge = new RandomAccessFile(root().resolve("huge").toFile(), "rw")) {
      huge.setLength(Storage.LONGEST_WHOLE_BYTES + 1L);
    }
    assertThatThrownBy(() -> newStorage().read(ObjectKey.of("huge")))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
        .hasMessage(
            "Cannot read object '%s/huge': it has more than 1,073,741,824 bytes, the most that is read as a whole",
            root());
  }

  @Test
  void emptyFoldersDoNotStay() throws IOException {
    Storage storage = newStorage();
    storage.create(ObjectKey.of("a/b/c/d"), BYTES);
    storage.create(ObjectKey.of("a/e"), BYTES);
    storage.delete(ObjectKey.of("a/b/c/d"));
    assertThat(root().resolve("a")).isDirectoryContaining("glob:**/e");
    assertThat(root().resolve("a/b")).doesNotExist();
    storage.delete(ObjectKey.of("a/e"));
    assertThat(root()).isDirectory().isDirectoryNotContaining("glob:**/a");
  }

  @Test
  void whatADeadProcessLeftIsListedOnlyWhereItIs() throws IOException {
    Storage storage = newStorage();
    ObjectWriter abandoned = storage.write(ObjectKey.of("a/b"));
    abandoned.write(BYTES);

    assertThat(keys(storage, "a")).isEmpty();
    List<ObjectKey> staged = keys(storage, LocalStorage.STAGED.value());
    assertThat(staged).hasSize(1);
    storage.delete(staged.get(0));
    assertThat(keys(storage, LocalStorage.STAGED.value())).isEmpty();
    abandoned.close();
  }

  @Test
  void aFileInAFoldersPlaceIsNamed() {
    Storage storage = newStorage();
    storage.create(ObjectKey.of("a"), BYTES);
    assertThatThrownBy(() -> storage.create(ObjectKey.of("a/b"), BYTES))
        .isInstanceOf(BcnException.class)
        .hasMessageStartingWith("Cannot write object '%s/a/b': the store failed", root())
        .extracting("code")
        .isEqualTo(ErrorCode.FAILED);
  }

  @Test
  void aFolderInAnObjectsPlaceIsNotReplaced() {
    Storage storage = newStorage();
    storage.create(ObjectKey.of("a/b"), BYTES);
    assertThatThrownBy(() -> storage.replace(ObjectKey.of("a"), BYTES))
        .isInstanceOf(BcnException.class)
        .hasMessageStartingWith("Cannot write object '%s/a': the store failed", root());
    assertThat(storage.read(ObjectKey.of("a/b"))).hasValue(BYTES);
  }

  @Test
  void aFileSystemWithoutHardLinksIsRecognised() {
    assertThat(
            LocalStagedFile.saysNoLinks(
                new FileSystemException("a", "b", "Operation not permitted")))
        .isTrue();
    assertThat(LocalStagedFile.saysNoLinks(new FileSystemException("a", "b", "Input/output error")))
        .isFalse();
    assertThat(LocalStagedFile.saysNoLinks(new FileSystemException("a"))).isFalse();
  }

  private static List<ObjectKey> keys(Storage storage, String prefix) {
    try (Stream<ObjectStat> objects = storage.list(ObjectKey.of(prefix))) {
      return objects.map(ObjectStat::key).toList();
    }
  }

  private void assertLeadsOut(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(BcnException.class)
        .hasMessageStartingWith("Cannot use object '%s/link", root())
        .hasMessageEndingWith(
            "'%s/link' is a symbolic link that leads out of the repository", root())
        .extracting("code")
        .isEqualTo(ErrorCode.DAMAGED);
  }
}
