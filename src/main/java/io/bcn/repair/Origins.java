package io.bcn.repair;

import io.bcn.copy.FileRow;
import io.bcn.format.FileKind;
import io.bcn.format.ObjectKey;
import io.bcn.format.Scope;
import io.bcn.format.TableEntry;
import io.bcn.repository.CommittedPit;
import io.bcn.repository.InventoryRows;
import io.bcn.repository.Repository;
import io.bcn.storage.Storage;
import io.bcn.table.CatalogCut;
import io.bcn.table.Cut;
import io.bcn.table.CutOptions;
import io.bcn.table.IcebergCatalog;
import io.bcn.table.PinnedTable;
import io.bcn.table.SourceFiles;
import io.bcn.verify.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Where damaged objects may still be. */
interface Origins {

  /** By the objects' keys; best first. */
  Map<String, List<Origin>> of(List<Finding> findings);

  /**
   * The digest that a document should have which no other document of the repository tells: of the
   * newest PIT manifest. Only a copy of the same repository is believed.
   */
  default Optional<String> digest(Repository repository, Finding finding) {
    return Optional.empty();
  }

  /** Those of a request. */
  static Origins of(SparkSession spark, ObjectRepairRequest request) {
    if (request.from() instanceof ObjectRepairRequest.Other other) {
      return new InRepository(spark, other.storage());
    }
    return AtSource.open(spark, request.settings(), request.repository().scope());
  }

  /**
   * Another repository: under the same key, if it is a copy, else wherever an inventory of it has
   * the same bytes. What is damaged there is passed over.
   */
  record InRepository(SparkSession spark, Storage other) implements Origins {
    @Override
    public Map<String, List<Origin>> of(List<Finding> findings) {
      Map<String, List<Origin>> origins = new HashMap<>();
      Set<String> wanted = new HashSet<>();
      for (Finding finding : findings) {
        List<Origin> found = new ArrayList<>();
        if (other.stat(new ObjectKey(finding.object())).isPresent()) {
          found.add(new Origin.InRepository(other, finding.object()));
        }
        origins.put(finding.object(), found);
        wanted.add(finding.sha256());
      }
      Map<String, String> bySha256 = keys(wanted);
      for (Finding finding : findings) {
        String key = bySha256.get(finding.sha256());
        if (key != null && !key.equals(finding.object())) {
          origins.get(finding.object()).add(new Origin.InRepository(other, key));
        }
      }
      return origins;
    }

    @Override
    public Optional<String> digest(Repository repository, Finding finding) {
      Repository copy = Repository.open(other);
      boolean isCopy =
          copy.manifest().repositoryId().isPresent()
              && copy.manifest().repositoryId().equals(repository.manifest().repositoryId());
      return isCopy
          ? finding.firstPit().flatMap(copy::findReadable).map(CommittedPit::sha256)
          : Optional.empty();
    }

    private Map<String, String> keys(Set<String> sha256s) {
      List<InventoryRows.OfTable> states =
          Repository.open(other)
              .readable()
              .flatMap(pit -> pit.manifest().tables().stream())
              .map(TableEntry::state)
              .flatMap(state -> state.stream())
              .distinct()
              .map(state -> new InventoryRows.OfTable(0, state))
              .toList();
      Map<String, String> keys = new HashMap<>();
      InventoryRows.readable(spark, other, states)
          .filter(functions.col(InventoryRows.SHA256).isInCollection(sha256s))
          .select(InventoryRows.SHA256, InventoryRows.KEY)
          .distinct()
          .collectAsList()
          .forEach((Row row) -> keys.put(row.getString(0), row.getString(1)));
      return keys;
    }
  }

  /** The source, through the FileIO of the table that needs it, or of any other of its catalog. */
  record AtSource(SourceFiles files, Map<String, Integer> ioOfTable, boolean hasTables)
      implements Origins {
    static AtSource open(SparkSession spark, Map<String, String> settings, Scope scope) {
      try (IcebergCatalog catalog = IcebergCatalog.open(settings, scope.catalog())) {
        Cut cut = CatalogCut.collect(catalog, scope, CutOptions.defaults().recordingAbsence());
        JavaSparkContext executors = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Map<String, Integer> ios =
            cut.tables().stream()
                .collect(
                    Collectors.toMap(
                        pinned -> pinned.name().toString(), PinnedTable::fileIo, (a, b) -> a));
        return new AtSource(
            new SourceFiles(executors.broadcast(cut.fileIos())), ios, cut.fileIos().size() > 0);
      }
    }

    @Override
    public Map<String, List<Origin>> of(List<Finding> findings) {
      Map<String, List<Origin>> origins = new HashMap<>();
      for (Finding finding : findings) {
        boolean known = hasTables && !finding.location().isEmpty();
        origins.put(finding.object(), known ? List.of(origin(finding)) : List.of());
      }
      return origins;
    }

    private Origin origin(Finding finding) {
      int io =
          finding.tables().stream()
              .filter(ioOfTable::containsKey)
              .map(ioOfTable::get)
              .findFirst()
              .orElse(0);
      return new Origin.AtSource(
          files,
          FileRow.reached(0, io, finding.location(), FileKind.DATA, FileRow.UNKNOWN_LENGTH, ""));
    }
  }
}
