package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables that change the store on their way: for each kind of catalog from the local disk to S3,
 * back, and from S3 to S3, with the repository on S3 too. By default one road for each of three
 * kinds; all with {@code -Dbcn.full=true}.
 *
 * <p>Glue and its tables are on moto, which plays one account; all others on S3Proxy. The servers
 * of Hive and REST write there themselves: folders through Hadoop's S3A, and metadata.
 */
@EnabledIf(value = S3Server.CAN_RUN, disabledReason = S3Server.WHY_NOT)
class StorageRoadsIT {
  @TempDir Path temp;

  private enum Store {
    LOCAL,
    S3
  }

  private record Road(CatalogKind kind, Store from, Store to) {
    @Override
    public String toString() {
      return "%s on %s → %s".formatted(kind, from, to);
    }
  }

  private static final List<Road> SAMPLE =
      List.of(
          new Road(CatalogKind.HIVE, Store.S3, Store.LOCAL),
          new Road(CatalogKind.REST, Store.LOCAL, Store.S3),
          new Road(CatalogKind.GLUE, Store.S3, Store.S3));

  @TestFactory
  Stream<DynamicTest> everyRoad() {
    return roads().map(road -> DynamicTest.dynamicTest(road.toString(), () -> go(road)));
  }

  private static Stream<Road> roads() {
    if (!Boolean.getBoolean("bcn.full")) {
      return SAMPLE.stream();
    }
    return Arrays.stream(CatalogKind.values())
        .flatMap(
            kind ->
                Arrays.stream(Store.values())
                    .flatMap(
                        from -> Arrays.stream(Store.values()).map(to -> new Road(kind, from, to))))
        .filter(road -> road.from() == Store.S3 || road.to() == Store.S3);
  }

  private void go(Road road) {
    road.kind().assumeAvailable();
    S3Place place = road.kind() == CatalogKind.GLUE ? S3Place.ofMoto() : S3Place.ofServer();
    Path folder = temp.resolve(road.toString().replace(' ', '-'));
    CatalogStory story = new CatalogStory(road.kind(), folder);
    Lake source = lake(road.kind(), road.from(), place, folder, "source");
    Bcn bcn = Bcn.at(place.storage("s3", "repo"));
    if (road.from() == Store.S3) {
      String root = "%s/%s/source".formatted(place.bucket(), place.folder());
      story.backUpTwice(bcn, source, root, () -> place.vanish("source"));
    } else {
      story.backUpTwice(bcn, source, source.warehouse().toString(), source::vanish);
    }
    Lake target = lake(road.kind(), road.to(), place, folder, "target");
    if (road.to() == Store.S3) {
      story.restoreInto(
          road.kind(),
          target,
          (lake, root) ->
              assertThat(place.metadata("target"))
                  .isNotEmpty()
                  .noneMatch(text -> text.contains(root)));
    } else {
      story.restoreInto(road.kind(), target);
    }
  }

  private static Lake lake(CatalogKind kind, Store store, S3Place place, Path folder, String name) {
    return store == Store.S3
        ? place.lake(kind, folder.resolve(name), name)
        : kind.lake(folder.resolve(name));
  }
}
