package io.bcn.table;

import io.bcn.format.TableName;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;

/**
 * A table or view that perhaps lacks nothing but the metadata file which its catalog points at: a
 * restore died between a catalog's client that had removed the file and {@link KeptMetadata}, which
 * would have put it back.
 *
 * @param stem the file's name up to its first dot
 */
record TornTable(TargetCatalog target, TableName name, String stem) {

  /** Where it is, if so. */
  Optional<Placement> placement() {
    try {
      load();
      return Optional.empty();
    } catch (NotFoundException gone) {
      return folder(gone).map(folder -> new Placement(name, folder, fileIo()));
    } catch (RuntimeException otherwiseBroken) {
      return Optional.empty();
    }
  }

  private void load() {
    try {
      target.catalog().load(name);
    } catch (NoSuchTableException | NoSuchNamespaceException noTable) {
      new CatalogViews(target.catalog()).load(name);
    }
  }

  /** No catalog tells the pointer of what it can't load, but the failure names the missing file. */
  private Optional<String> folder(NotFoundException gone) {
    Pattern file =
        Pattern.compile(
            ".*?: (.+)/metadata/" + Pattern.quote(stem) + "(\\.gz)?\\.metadata\\.json.*",
            Pattern.DOTALL);
    return Optional.ofNullable(gone.getMessage())
        .map(file::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1));
  }

  /** A catalog says what writes in a folder only by placing something new. */
  private int fileIo() {
    return target.place(new TableName(name.database(), name.table() + "_" + stem)).fileIo();
  }
}
