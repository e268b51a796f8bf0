package io.bcn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.cli.Console.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the demo refuses to play, before Spark starts. */
class DemoCommandTest {
  @TempDir Path temp;

  @Test
  void aFolderThatHoldsSomethingIsLeftAlone() throws IOException {
    Files.writeString(temp.resolve("mine"), "mine");

    assertThat(new Console().run("demo", "--keep", temp.toString()))
        .isEqualTo(
            new Run(
                2,
                "",
                """
                Error: Cannot keep the demo in '%s': it is not empty
                Hint: Give a folder that is empty or does not exist yet.
                """
                    .formatted(temp)));
    assertThat(temp).isDirectoryContaining("glob:**/mine");
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");

    assertThat(new Console().run("demo", "--keep", file.toString()).err())
        .startsWith("Error: Cannot keep the demo in '%s': it is a file\n".formatted(file));
    assertThat(new Console().run("demo", "--keep", file.resolve("below").toString()).err())
        .startsWith(
            "Error: Cannot keep the demo in '%s/below': it cannot be created".formatted(file));
  }

  @Test
  void executorsOnOtherMachinesCannotReadThisOnesDisk() {
    Run run =
        new Console()
            .property("spark.master", "yarn")
            .run("demo", "--keep", temp.resolve("d").toString());

    assertThat(run)
        .isEqualTo(
            new Run(
                2,
                "",
                """
                Error: Cannot run the demo on 'yarn': its tables are on this machine's disk
                Hint: Run it with --master 'local[*]'.
                """));
    assertThat(temp).isEmptyDirectory();
  }
}
