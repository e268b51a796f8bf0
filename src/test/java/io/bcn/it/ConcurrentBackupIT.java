package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bcn.backup.Backup;
import io.bcn.backup.BackupRequest;
import io.bcn.backup.BackupRequest.RunId;
import io.bcn.backup.BackupSummary;
import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two backups of one repository at the same time, and one after a dead one. */
class ConcurrentBackupIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;

  @Test
  @DisplayName("test_concurrent_backup_prevention")
  void ofTwoBackupsAtTheSameTimeTheSecondIsRefusedAndADeadHolderIsTakenOver() throws Exception {
    Path folder = temp.resolve("repo");
    Bcn bcn = Bcn.at(folder);
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql("CREATE NAMESPACE @.db", "CREATE TABLE @.db.t (id BIGINT) USING iceberg");
    bcn.backup(Scope.ofTable(source.catalog(), TableName.parse("db.t")));
    source.sql("INSERT INTO @.db.t VALUES (2)");
    CountDownLatch atItsCommit = new CountDownLatch(1);
    CountDownLatch mayCommit = new CountDownLatch(1);
    BackupRequest nightly = named("nightly", bcn.request(Optional.empty()));
    Progress slow =
        new Progress(
            SharedSpark.session(),
            line -> {
              if (line.startsWith("Committing PIT")) {
                atItsCommit.countDown();
                awaited(mayCommit);
              }
            });

    CompletableFuture<BackupSummary> first =
        CompletableFuture.supplyAsync(
            () -> new Backup(SharedSpark.session(), slow, Clock.systemUTC()).run(nightly));
    awaited(atItsCommit);
    Path claim = claims(folder).get(0);
    ObjectNode holder = (ObjectNode) JSON.readTree(claim.toFile());
    try {
      assertThatThrownBy(bcn::backup)
          .isInstanceOfSatisfying(
              BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOCKED))
          .hasMessage(
              "Cannot write to repository '%s': run 'nightly' (process %d on %s) has been at it since %s",
              folder,
              ProcessHandle.current().pid(),
              holder.path("host").asText(),
              Instant.parse(holder.path("started_at").asText()));
    } finally {
      mayCommit.countDown();
    }
    PitId committed = first.get(1, TimeUnit.MINUTES).pit().orElseThrow();
    assertThat(WholePits.of(bcn.storage())).hasSize(2).contains(committed);
    assertThat(claims(folder)).as("the refused one left nothing behind").isEmpty();

    // A holder on this machine that is no more, its lease far from its end.
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    PitId begun = new PitId(committed.timestamp().plusMillis(5));
    holder.put("process_id", dead.pid());
    holder.put("pit_timestamp", begun.timestamp().toString());
    holder.put("lease_until", Instant.now().plusSeconds(3600).toString());
    claim = claim.getParent().resolveSibling(begun.toString()).resolve(".in_progress");
    Files.createDirectories(claim.getParent());
    Files.write(claim, JSON.writeValueAsBytes(holder));

    BackupSummary next = bcn.backup();

    assertThat(next.parentPit()).contains(committed);
    assertThat(WholePits.of(bcn.storage())).hasSize(3).doesNotContain(begun);
    assertThat(claims(folder)).isEmpty();
    assertThat(claim.resolveSibling("manifest.json")).as("its place is taken").exists();
  }

  private static BackupRequest named(String runId, BackupRequest request) {
    return new BackupRequest(
        request.storage(),
        request.scope(),
        request.coverage(),
        request.reuse(),
        request.action(),
        request.consistency(),
        request.emptySources(),
        new RunId(runId, RunId.Origin.GIVEN),
        request.settings(),
        request.lease());
  }

  private static List<Path> claims(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith(".in_progress")).toList();
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
