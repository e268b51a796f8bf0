package io.bcn.table;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * The versions of a table in a Hadoop catalog: files called {@code v<N>.metadata.json}, of which
 * the highest that no gap parts from the others is the table.
 */
final class HadoopVersions {
  private static final Pattern FILE =
      Pattern.compile("(.*/)?v(\\d+)(\\.gz)?\\.metadata\\.json(\\.gz)?");

  private HadoopVersions() {}

  static boolean isFirst(String pointer) {
    return version(pointer).equals(OptionalInt.of(1));
  }

  static int of(String pointer) {
    return version(pointer)
        .orElseThrow(() -> new IllegalStateException("no version of a Hadoop table: " + pointer));
  }

  /** The highest in the pointer's folder, where the store can list it. */
  static int highest(FileIO io, String pointer) {
    int own = of(pointer);
    if (!(io instanceof SupportsPrefixOperations lister)) {
      return own;
    }
    Place folder = Place.of(folder(pointer));
    return StreamSupport.stream(lister.listPrefix(folder(pointer) + "/").spliterator(), false)
        .map(FileInfo::location)
        .filter(file -> Place.of(folder(file)).below(folder).equals(Optional.of("")))
        .map(HadoopVersions::version)
        .mapToInt(version -> version.orElse(own))
        .reduce(own, Math::max);
  }

  private static OptionalInt version(String file) {
    Matcher matcher = FILE.matcher(file);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(2)))
        : OptionalInt.empty();
  }

  static String folder(String file) {
    return file.substring(0, file.lastIndexOf('/'));
  }

  static String undo(String pointer) {
    return "While nobody writes to the table, remove from '%s' the files v%d.* and higher, and version-hint.text"
        .formatted(folder(pointer), of(pointer) + 1);
  }
}
