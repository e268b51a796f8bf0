package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.copy.FileCopy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All files below some folders as they were at one moment: their bytes, and when written. */
record FilesSeen(Map<Path, Seen> files) {
  record Seen(String sha256, FileTime written) {}

  static FilesSeen below(Path... folders) {
    Map<Path, Seen> files = new TreeMap<>();
    for (Path folder : folders) {
      try (Stream<Path> all = Files.walk(folder)) {
        all.filter(Files::isRegularFile).forEach(file -> files.put(file, seen(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new FilesSeen(files);
  }

  private static Seen seen(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new Seen(FileCopy.read(in).sha256(), Files.getLastModifiedTime(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that was there is there, and was not written again; but for these, by parts of a path. */
  void assertUntouchedBut(String... parts) {
    files.forEach(
        (file, before) -> {
          if (Stream.of(parts).noneMatch(file.toString()::contains)) {
            assertThat(file).exists();
            assertThat(seen(file)).as(file.toString()).isEqualTo(before);
          }
        });
  }

  /** The same, and nothing came. */
  void assertSame(Path... folders) {
    assertThat(below(folders).files()).isEqualTo(files);
  }
}
