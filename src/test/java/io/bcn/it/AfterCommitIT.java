package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bcn.backup.BackupSummary;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import io.bcn.format.Scope;
import io.bcn.storage.ObjectStat;
import io.bcn.storage.ObjectWriter;
import io.bcn.storage.Storage;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fails after the commit is no failure of the backup, and is made up for. */
class AfterCommitIT {
  @TempDir Path temp;

  @Test
  void documentsThatCouldNotBeWrittenAreAWarningAndTheNextBackupWritesThem() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.kept (id BIGINT) USING iceberg",
        "CREATE TABLE @.db.dropped (id BIGINT) USING iceberg");
    RepositoryFiles repository = new RepositoryFiles(temp.resolve("repo"));
    Bcn bcn = repository.bcn();
    Bcn stuck = Bcn.at(new WithoutDerivedDocuments(bcn.storage()));
    BackupSummary first = bcn.backup(Scope.ofCatalog(source.catalog()));
    source.sql("INSERT INTO @.db.kept VALUES (1)", "DROP TABLE @.db.dropped");

    BackupSummary second = stuck.backup();

    assertThat(second.complete()).isTrue();
    assertThat(second.warnings())
        .singleElement()
        .satisfies(
            warning ->
                assertThat(warning)
                    .startsWith(
                        "PIT %s is committed, and what follows failed: Cannot replace"
                            .formatted(second.pit().orElseThrow()))
                    .endsWith("lag behind until the next backup."));
    source.sql("INSERT INTO @.db.kept VALUES (2)");
    BackupSummary third = stuck.backup();
    assertThat(third.warnings()).hasSize(1);
    assertThat(pitsOf(repository, source)).containsExactly(id(first));
    assertThat(lastPit(repository)).isEqualTo(repository.pitJson(first).get("pit_timestamp"));
    assertThat(WholePits.of(bcn.storage()))
        .containsExactly(
            first.pit().orElseThrow(), second.pit().orElseThrow(), third.pit().orElseThrow());
    Map<String, Contents> contents = Contents.ofAll(source);
    Lake target = Lake.jdbc(temp.resolve("target"));
    bcn.restoreAll("latest", target);
    Contents.assertEqual(Contents.ofAll(target), contents);

    BackupSummary fourth = bcn.backup();

    assertThat(fourth.warnings()).isEmpty();
    assertThat(pitsOf(repository, source)).containsExactly(id(first), id(second), id(third));
    assertThat(lastPit(repository)).isEqualTo(repository.pitJson(fourth).get("pit_timestamp"));
    assertThat(
            repository
                .json("catalogs/%s/databases/db/.deleted_tables.json".formatted(source.catalog()))
                .at("/deleted_tables/0/name")
                .asText())
        .isEqualTo("dropped");
  }

  private static List<String> pitsOf(RepositoryFiles repository, Lake source) {
    JsonNode states =
        repository
            .json("catalogs/%s/databases/db/kept/table_manifest.json".formatted(source.catalog()))
            .get("states");
    return StreamSupport.stream(states.spliterator(), false)
        .map(state -> state.get("pit").asText())
        .toList();
  }

  private static JsonNode lastPit(RepositoryFiles repository) {
    return repository.json("manifest.json").get("last_pit");
  }

  private static String id(BackupSummary summary) {
    return summary.pit().orElseThrow().toString();
  }

  /** A store in which what a restore needs can be written, and no derived document. */
  private record WithoutDerivedDocuments(Storage inside) implements Storage {
    @Override
    public void replace(ObjectKey key, byte[] bytes) {
      if (key.name().equals("table_state.json") || key.name().equals(".in_progress")) {
        inside.replace(key, bytes);
        return;
      }
      throw new BcnException(
          ErrorCode.PERMISSION_DENIED,
          "Cannot replace '%s/%s': not allowed".formatted(root(), key),
          "This is a test.");
    }

    @Override
    public String root() {
      return inside.root();
    }

    @Override
    public Optional<byte[]> read(ObjectKey key) {
      return inside.read(key);
    }

    @Override
    public InputStream open(ObjectKey key) {
      return inside.open(key);
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key) {
      return inside.stat(key);
    }

    @Override
    public boolean create(ObjectKey key, byte[] bytes) {
      return inside.create(key, bytes);
    }

    @Override
    public ObjectWriter write(ObjectKey key) {
      return inside.write(key);
    }

    @Override
    public Stream<ObjectStat> list(ObjectKey prefix) {
      return inside.list(prefix);
    }

    @Override
    public void delete(ObjectKey key) {
      inside.delete(key);
    }
  }
}
