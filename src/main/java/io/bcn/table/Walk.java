package io.bcn.table;

import io.bcn.copy.FileProblem;
import io.bcn.copy.FileRow;
import io.bcn.copy.Kept;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The files that tables reach, found on executors: metadata file → manifest lists of every retained
 * snapshot → manifests → live content files, with statistics and the metadata log beside them.
 *
 * <p>The same walk runs over a source and over a repository. What differs is {@code resolve},
 * applied to what each level names before the next level reads it: a backup drops what it has
 * already, with all that lies below; a restore looks up where each file is stored. Of a partial
 * backup only covered files are found, both ways.
 *
 * <p>A file that can't be read becomes a row with a problem, never a failed job and never an
 * omission.
 */
public final class Walk {
  private static final int TASKS_PER_CORE = 4;

  private final TableFiles files;
  private final UnaryOperator<Dataset<Row>> resolve;
  private final Kept kept;
  private final Coverages coverages;

  public Walk(
      TableFiles files, UnaryOperator<Dataset<Row>> resolve, Kept kept, Coverages coverages) {
    this.files = files;
    this.resolve = resolve;
    this.kept = kept;
    this.coverages = coverages;
  }

  /**
   * Everything that the metadata files reach, themselves included.
   *
   * <p><i>Shape</i>: {@link FileRow}s, each location once a table, and one more row for each
   * problem met; lazy, and persisted below so that the levels are read once.
   *
   * @param metadata rows of kind METADATA
   */
  public Dataset<Row> from(Dataset<Row> metadata) {
    Dataset<Row> root = kept.keep(metadata);
    Dataset<Row> named = next(root, FileKind.METADATA);
    Dataset<Row> manifests =
        kept.keep(
            next(named, FileKind.MANIFEST_LIST).union(named.filter(isKind(FileKind.MANIFEST))));
    Dataset<Row> content = next(manifests, FileKind.MANIFEST);
    return root.union(named.filter(functions.not(isKind(FileKind.MANIFEST))))
        .union(manifests)
        .union(content);
  }

  /** What the files of this kind name, each once, resolved. */
  private Dataset<Row> next(Dataset<Row> level, FileKind kind) {
    TableFiles from = files;
    Coverages covered = coverages;
    Dataset<Row> readable =
        level.filter(isKind(kind)).filter(functions.col(FileRow.PROBLEM).equalTo(""));
    Dataset<Row> named =
        spread(readable)
            .flatMap(
                (FlatMapFunction<Row, Row>) row -> namedBy(FileRow.of(row), from, covered),
                FileRow.encoder())
            .dropDuplicates(FileRow.TABLE, FileRow.LOCATION, FileRow.PROBLEM);
    Dataset<Row> sound = named.filter(functions.col(FileRow.PROBLEM).equalTo(""));
    Dataset<Row> broken = named.filter(functions.col(FileRow.PROBLEM).notEqual(""));
    return kept.keep(resolve.apply(sound).union(broken));
  }

  /**
   * Over all cores, however few bytes the rows themselves are: what counts is what they make a task
   * read.
   */
  private static Dataset<Row> spread(Dataset<Row> rows) {
    int cores = rows.sparkSession().sparkContext().defaultParallelism();
    return rows.repartition(
        cores * TASKS_PER_CORE, functions.col(FileRow.TABLE), functions.col(FileRow.LOCATION));
  }

  private static Column isKind(FileKind kind) {
    return functions.col(FileRow.KIND).equalTo(kind.name());
  }

  private static Iterator<Row> namedBy(FileRow file, TableFiles files, Coverages coverages) {
    Coverage coverage = coverages.of(file.table());
    try {
      return switch (file.kind()) {
        case METADATA -> namedByMetadata(file, files, coverage);
        case MANIFEST_LIST -> namedByManifestList(file, files);
        case MANIFEST -> namedByManifest(file, files, coverage);
        default -> throw new IllegalArgumentException("a walk does not read " + file);
      };
    } catch (BcnException e) {
      return List.of(file.withProblem(FileProblem.of(e)).toRow()).iterator();
    } catch (IOException e) {
      return List.of(file.withProblem(unreadable(file, e)).toRow()).iterator();
    }
  }

  private static Iterator<Row> namedByMetadata(FileRow file, TableFiles files, Coverage coverage)
      throws IOException {
    try (InputStream in = files.open(file)) {
      return rows(
          MetadataFile.parse(file.location(), in.readAllBytes()).references().stream()
              .filter(named -> coverage.includes(named.kind()))
              .toList(),
          named ->
              FileRow.reached(
                  file.table(),
                  file.io(),
                  named.location(),
                  named.kind(),
                  named.lengthBytes(),
                  ""));
    }
  }

  private static Iterator<Row> namedByManifestList(FileRow file, TableFiles files)
      throws IOException {
    try (InputStream in = files.open(file)) {
      return rows(
          ManifestListFile.read(in, file.location()),
          named ->
              FileRow.reached(
                  file.table(),
                  file.io(),
                  named.location(),
                  FileKind.MANIFEST,
                  named.lengthBytes(),
                  ""));
    }
  }

  private static Iterator<Row> namedByManifest(FileRow file, TableFiles files, Coverage coverage)
      throws IOException {
    List<Row> rows = new ArrayList<>();
    try (InputStream in = files.open(file)) {
      ManifestEntries.forEachLive(
          in,
          file.location(),
          coverage,
          live ->
              rows.add(
                  FileRow.reached(
                          file.table(),
                          file.io(),
                          live.location(),
                          live.kind(),
                          live.lengthBytes(),
                          live.format())
                      .toRow()));
    }
    return rows.iterator();
  }

  private static <T> Iterator<Row> rows(List<T> named, Function<T, FileRow> row) {
    List<Row> rows = new ArrayList<>(named.size());
    named.forEach(one -> rows.add(row.apply(one).toRow()));
    return rows.iterator();
  }

  private static FileProblem unreadable(FileRow file, IOException e) {
    return new FileProblem(
        ErrorCode.FAILED,
        "Cannot read '%s': %s".formatted(file.location(), e.getMessage()),
        "Run it again; if it stays, check the storage that holds the file.");
  }
}
