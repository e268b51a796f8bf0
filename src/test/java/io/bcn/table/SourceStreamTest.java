package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SourceStreamTest {
  @TempDir Path temp;

  @Test
  void aFileThatIsGoneIsMissing() {
    assertFails(temp.resolve("gone"), ErrorCode.SOURCE_MISSING, "it does not exist");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aFileThatWeMayNotReadIsNotMissing() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "bytes");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "nothing is refused to root");
    assertFails(file, ErrorCode.PERMISSION_DENIED, "Permission denied");
  }

  /** Hadoop makes an Error of that; this file opens, and gives no byte. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aFileThatTheDiskCantReadFailsAsAnyOther() {
    assertFails(Path.of("/proc/self/mem"), ErrorCode.FAILED, "Input/output error");
  }

  private static void assertFails(Path file, ErrorCode code, String reason) {
    BcnException failure =
        catchThrowableOfType(
            BcnException.class,
            () -> {
              try (SourceStream in =
                  new SourceStream(file.toString(), new HadoopFileIO(new Configuration()))) {
                in.readAllBytes();
              }
            });
    assertThat(failure)
        .hasMessageStartingWith("Cannot read source file '%s': ".formatted(file))
        .hasMessageContaining(reason);
    assertThat(failure.code()).isEqualTo(code);
  }
}
