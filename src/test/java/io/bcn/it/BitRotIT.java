package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.copy.Progress;
import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.PitId;
import io.bcn.format.Scope;
import io.bcn.repository.Repair;
import io.bcn.repository.RepairRequest;
import io.bcn.repository.RepairSummary;
import io.bcn.repository.Repository;
import io.bcn.verify.Finding;
import io.bcn.verify.Level;
import io.bcn.verify.Subset;
import io.bcn.verify.Verification;
import io.bcn.verify.VerifyRequest;
import io.bcn.verify.VerifySummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every object of a repository rots in every way: verify names it, and no restore that needs it
 * registers anything (promises 5 and 10). Of two PITs, with a table of each kind of file, and a
 * view.
 */
@ExtendWith(LessMachinery.class)
@Timeout(3600)
class BitRotIT {
  private static final boolean FULL = Boolean.getBoolean("bcn.full");
  private static final int SAMPLE = 5;

  @TempDir static Path temp;
  private static RepositoryFiles repo;
  private static PitId second;
  private static Map<String, Contents> expected;

  private final long seed = Long.getLong("bcn.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<String, byte[]> good = new TreeMap<>();

  /** What becomes of an object's bytes; {@code other} is another object of its kind. */
  private enum Rot {
    FLIPPED {
      @Override
      byte[] of(byte[] bytes, byte[] other, Random random) {
        byte[] flipped = bytes.clone();
        flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return flipped;
      }
    },
    TRUNCATED {
      @Override
      byte[] of(byte[] bytes, byte[] other, Random random) {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
    },
    GROWN {
      @Override
      byte[] of(byte[] bytes, byte[] other, Random random) {
        return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(5000));
      }
    },
    ZEROED {
      @Override
      byte[] of(byte[] bytes, byte[] other, Random random) {
        return new byte[bytes.length];
      }
    },
    EXCHANGED {
      @Override
      byte[] of(byte[] bytes, byte[] other, Random random) {
        return other;
      }
    },
    DELETED {
      @Override
      byte[] of(byte[] bytes, byte[] other, Random random) {
        return new byte[0];
      }
    };

    abstract byte[] of(byte[] bytes, byte[] other, Random random);
  }

  @BeforeEach
  void backUpTwice() {
    if (repo != null) {
      return;
    }
    Lake source =
        Lake.jdbc(temp.resolve("source"))
            .sql(
                "CREATE NAMESPACE @.db WITH DBPROPERTIES ('team' = 'sales')",
                "CREATE TABLE @.db.t (id BIGINT) USING iceberg"
                    + " TBLPROPERTIES ('format-version'='2','write.delete.mode'='merge-on-read')",
                "INSERT INTO @.db.t SELECT /*+ COALESCE(1) */ id FROM range(50)",
                "DELETE FROM @.db.t WHERE id = 3",
                "CREATE TABLE @.db.dv (id BIGINT) USING iceberg"
                    + " TBLPROPERTIES ('format-version'='3','write.delete.mode'='merge-on-read')",
                "INSERT INTO @.db.dv SELECT /*+ COALESCE(1) */ id FROM range(50)",
                "DELETE FROM @.db.dv WHERE id = 3",
                "CALL @.system.compute_table_stats('db.dv')",
                "CREATE VIEW @.db.v AS SELECT id FROM @.db.t",
                "CREATE VIEW @.db.w AS SELECT id + 1 AS id FROM @.db.t");
    repo = new RepositoryFiles(temp.resolve("repo"));
    repo.bcn().backup(Scope.ofCatalog(source.catalog()));
    source.sql(
        "INSERT INTO @.db.t VALUES (100)",
        "CREATE TABLE @.db.passing (id BIGINT) USING iceberg",
        "INSERT INTO @.db.passing VALUES (1)",
        "CREATE OR REPLACE VIEW @.db.v AS SELECT id + 2 AS id FROM @.db.t");
    second = repo.bcn().backup().pit().orElseThrow();
    expected = Contents.ofAll(source);
    source.vanish();
  }

  @AfterEach
  void putEverythingBack() {
    good.forEach((key, bytes) -> write(repo.root().resolve(key), bytes));
    good.clear();
  }

  @Test
  void everyFileThatAPitReachesIsFoundWhateverBecameOfIt() {
    List<String> files = all(key -> key.contains("/objects/"));
    assertThat(files).hasSizeGreaterThan(20);
    List<Rot> ways = List.of(Rot.values());
    for (int turn = 0; turn < (FULL ? ways.size() : 2); turn++) {
      Map<String, Rot> rotten = new TreeMap<>();
      for (int i = 0; i < files.size(); i++) {
        Rot rot = ways.get((i + turn) % ways.size());
        rotten.put(files.get(i), rot(files.get(i), rot));
      }
      assertThat(found())
          .as("%s, -Dbcn.seed=%d", rotten, seed)
          .isEqualTo(List.copyOf(rotten.keySet()));
      putEverythingBack();
    }
  }

  @Test
  void everyDocumentThatAPitReachesIsFoundWhateverBecameOfIt() {
    List<Predicate<String>> kinds =
        List.of(
            key -> key.endsWith("/table_state.json"),
            key -> key.contains("/inventory/"),
            key -> key.matches(".*/pit_manifests/[^/]+/manifest\\.json"));
    int tried = 0;
    for (Predicate<String> kind : kinds) {
      for (Rot rot : some(List.of(Rot.values()))) {
        for (String document : some(all(kind))) {
          rot(document, rot);
          assertThat(found()).as("%s %s, -Dbcn.seed=%d", document, rot, seed).contains(document);
          putEverythingBack();
          tried++;
        }
      }
    }
    System.out.printf("BitRotIT: %d damaged documents, all found%n", tried);
  }

  @Test
  void noRestoreThatNeedsARottenObjectRegistersAnything() {
    List<String> needed = new ArrayList<>(neededBySecond());
    Collections.shuffle(needed, random);
    int tried = 0;
    for (String object : FULL ? needed : needed.subList(0, SAMPLE)) {
      Rot rot = Rot.values()[random.nextInt(Rot.values().length)];
      rot(object, rot);
      Lake target = Lake.jdbc(temp.resolve("target-" + System.nanoTime()));
      assertThatThrownBy(() -> repo.bcn().restoreAll(second.toString(), target))
          .as("%s %s, -Dbcn.seed=%d", object, rot, seed)
          .satisfies(e -> assertThat(known(e).code()).isEqualTo(ErrorCode.DAMAGED));
      assertThat(target.tables()).as("%s %s", object, rot).isEmpty();
      putEverythingBack();
      tried++;
    }
    Lake target = Lake.jdbc(temp.resolve("target"));
    repo.bcn().restoreAll(second.toString(), target);
    Contents.assertEqual(Contents.ofAll(target), expected);
    System.out.printf("BitRotIT: %d restores of rotten objects, all refused%n", tried);
  }

  /** Nothing but looking up needs them, so verify passes them over, and repair writes them anew. */
  @Test
  void whatIsDerivedMayRotAndEveryRestoreIsAsBefore() {
    List<String> derived =
        all(
            key ->
                key.endsWith("/table_manifest.json")
                    || key.endsWith("/database_metadata.json")
                    || key.contains("/.deleted_"));
    assertThat(derived).hasSizeGreaterThanOrEqualTo(4);
    for (String document : derived) {
      rot(document, random.nextBoolean() ? Rot.TRUNCATED : Rot.DELETED);
    }

    assertThat(found()).isEmpty();
    Lake target = Lake.jdbc(temp.resolve("target-of-derived"));
    repo.bcn().restoreAll(second.toString(), target);
    Contents.assertEqual(Contents.ofAll(target), expected);
    RepairSummary plan =
        new Repair(
                new RepairRequest(
                    repo.bcn().storage(),
                    Optional.of(Repository.open(repo.bcn().storage()).scope()),
                    RepairRequest.Action.PLAN_ONLY,
                    Duration.ofMinutes(1)),
                Clock.systemUTC())
            .run();
    assertThat(plan.rebuilt())
        .extracting(RepairSummary.Rebuilt::object)
        .containsExactlyInAnyOrderElementsOf(derived);
  }

  private <T> List<T> some(List<T> all) {
    List<T> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, random);
    return FULL ? all : shuffled.subList(0, Math.min(2, shuffled.size()));
  }

  /** Harms an object; returns how. */
  private Rot rot(String key, Rot rot) {
    Path path = repo.root().resolve(key);
    byte[] bytes = read(path);
    good.putIfAbsent(key, bytes);
    if (rot == Rot.DELETED) {
      delete(path);
      return rot;
    }
    byte[] rotten = rot.of(bytes, other(key, bytes), random);
    write(path, Arrays.equals(rotten, bytes) ? Arrays.copyOf(bytes, bytes.length - 1) : rotten);
    return rot;
  }

  /** Of the same kind, where there is one with other bytes. */
  private byte[] other(String key, byte[] bytes) {
    String ending = key.substring(key.lastIndexOf('.'));
    return all(another -> another.endsWith(ending) && !another.equals(key)).stream()
        .map(another -> good.getOrDefault(another, read(repo.root().resolve(another))))
        .filter(another -> !Arrays.equals(another, bytes))
        .findFirst()
        .orElse(new byte[] {1});
  }

  /** What it has of its own, and what it carries over or draws on of the first. */
  private static List<String> neededBySecond() {
    List<String> needed =
        all(
            key ->
                key.contains("/objects/")
                    || key.contains("/inventory/")
                    || key.endsWith("/table_state.json")
                    || key.endsWith("/" + second + "/manifest.json"));
    List<String> replaced =
        needed.stream()
            .filter(key -> key.contains("/v/") || key.matches(".*/t/.*/table_state\\.json"))
            .filter(key -> !key.contains(second.toString()))
            .toList();
    assertThat(replaced).hasSize(2);
    return needed.stream().filter(key -> !replaced.contains(key)).toList();
  }

  private static List<String> all(Predicate<String> which) {
    return repo.all().stream().filter(which).toList();
  }

  /** What verify names, sorted. */
  private static List<String> found() {
    VerifySummary summary =
        new Verification(SharedSpark.session(), new Progress(SharedSpark.session(), line -> {}))
            .run(
                new VerifyRequest(
                    Repository.open(repo.bcn().storage()),
                    Optional.empty(),
                    Level.CHECKSUM,
                    Subset.ALL));
    return summary.damaged().stream().map(Finding::object).sorted().distinct().toList();
  }

  private static BcnException known(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BcnException found) {
        return found;
      }
    }
    throw new AssertionError("no error of BCN's own", failure);
  }

  private static byte[] read(Path file) {
    try {
      return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
