package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.table.LocationMapping.Root;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocationMappingTest {
  @ParameterizedTest
  @CsvSource({
    "s3://b/w/t, s3a://b/w/t/data/f, s3://new/t/data/f",
    "s3a://b/w/t, s3n://b/w/t/data/f, s3://new/t/data/f",
    "S3://b/w/t, s3://b/w/t/data/f, s3://new/t/data/f",
    "s3://b, s3://b/f, s3://new/t/f",
    "s3://b/w/t, s3://b/w/t//data/f, s3://new/t//data/f",
    "file:/w/t, /w/t/f, s3://new/t/f",
    "file:///w/t, file:/w/t/f, s3://new/t/f",
    "/w/t, file:///w/t/f, s3://new/t/f",
    "hdfs://ns/w/t, hdfs:/w/t/f, s3://new/t/f",
    "hdfs:///w/t, hdfs://ns:8020/w/t/f, s3://new/t/f",
    "hdfs://ns/w/t, /w/t/f, s3://new/t/f",
    "gs://b/w/t, gs://b/w/t/f, s3://new/t/f",
    "/w/t/, /w/t/f, s3://new/t/f",
    "/w/t, /w/t, s3://new/t",
    "/w/t, /w/t/, s3://new/t/",
  })
  void spellingsOfOneStoreAreOnePlace(String root, String location, String expected) {
    LocationMapping mapping =
        new LocationMapping(List.of(new Root(root, "s3://new/t/")), "s3://new/ext");

    assertThat(mapping.map(location)).isEqualTo(expected);
    assertThat(mapping.covers(location)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/w/t, /w/t2/f",
    "/w/t, /x/w/t/f",
    "s3://b/w/t, s3://b2/w/t/f",
    "s3://b/w/t, s3://b/w/T/f",
    "s3://b/w/t, /w/t/f",
    "s3://b, s3://bucket/f",
    "hdfs://a/w/t, hdfs://b/w/t/f",
    "file:/w/t, hdfs://ns/w/t/f",
    "gs://b/w/t, s3://b/w/t/f",
    "/w/a b, /w/a%20b/f",
    "/w/t, /w/t/data/../../../etc/f",
    "/w/t, /w/t/../t2/f",
    "s3://b/w/t, s3://b/w/t/../f",
  })
  void whatOnlyLooksAlikeIsOutside(String root, String location) {
    LocationMapping mapping = new LocationMapping(List.of(new Root(root, "/new/t")), "/new/ext");

    assertThat(mapping.map(location)).matches("/new/ext/[0-9a-f]{12}-f");
    assertThat(mapping.covers(location)).isFalse();
  }

  @Test
  void theLongestRootWinsInWhateverOrderTheyAreGiven() {
    Root table = new Root("/w/t", "/new/t");
    Root data = new Root("/w/t/data", "/disk/data");

    for (List<Root> roots : List.of(List.of(table, data), List.of(data, table))) {
      LocationMapping mapping = new LocationMapping(roots, "/new/ext");
      assertThat(mapping.map("/w/t/data/f")).isEqualTo("/disk/data/f");
      assertThat(mapping.map("/w/t/database/f")).isEqualTo("/new/t/database/f");
    }
  }

  @Test
  void whatFollowsTheRootStaysCharacterByCharacter() {
    LocationMapping mapping =
        new LocationMapping(List.of(new Root("/w/t $1 + (x)", "/n/$0 + (y\\")), "/ext");

    assertThat(mapping.map("/w/t $1 + (x)/a%20b=%2F/c d+e/ü\n?#f"))
        .isEqualTo("/n/$0 + (y\\/a%20b=%2F/c d+e/ü\n?#f");
  }

  @Test
  void filesOutsideAllRootsGetNamesThatDependOnTheirWholeLocation() {
    LocationMapping mapping = new LocationMapping(List.of(new Root("/w/t", "/n/t")), "/n/t/ext/");

    assertThat(mapping.map("/old/1/part-0.parquet"))
        .isEqualTo("/n/t/ext/833f4a98217f-part-0.parquet");
    assertThat(mapping.map("/old/2/part-0.parquet"))
        .isNotEqualTo(mapping.map("/old/1/part-0.parquet"));
    assertThat(mapping.map("/old/2/part-0.parquet")).endsWith("-part-0.parquet");
  }

  @Test
  void rootsThatMapToThemselvesAreTheIdentityForEveryFile() {
    LocationMapping mapping = new LocationMapping(List.of(new Root("/w/t/", "/w/t")), "/w/t/ext");

    assertThat(mapping.isIdentity()).isTrue();
    assertThat(mapping.map("/old/f")).isEqualTo("/old/f");
    assertThat(LocationMapping.identity().isIdentity()).isTrue();
    assertThat(LocationMapping.identity().map("file:/w//t/")).isEqualTo("file:/w//t/");
    assertThat(new LocationMapping(List.of(new Root("/w/t", "/w/u")), "/e").isIdentity()).isFalse();
  }

  @Test
  void oneRootWithTwoTargetsIsABug() {
    List<Root> roots = List.of(new Root("s3://b/t", "/n/1"), new Root("s3a://b/t/", "/n/2"));

    assertThatThrownBy(() -> new LocationMapping(roots, "/n/ext"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two targets for '/t': '/n/1' and '/n/2'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3://b/t|select * from 's3a://b/t/x'|true",
        "s3://b/t|{\"path\":\"s3://b/t\"}|true",
        "s3://b/t|see s3://b/t.|true",
        "s3://b/t|s3://b/t2|false",
        "s3://b/t|s3://b/t.old|false",
        "s3://b/t|gs://b/t|false",
        "/w/t|file:///w/t/data|true",
        "/w/t|hdfs://ns/w/t|true",
        "/w/t|s3://b/w/t|false",
        "/w/t|/x/w/t|false",
        "hdfs://ns/w/t|hdfs://ns/w/t,other|true",
      })
  void aMentionIsAWholeRootInAnySpelling(String root, String text, boolean mentioned) {
    LocationMapping mapping = new LocationMapping(List.of(new Root(root, "/new/t")), "/new/ext");

    assertThat(mapping.mentionsSource(text)).isEqualTo(mentioned);
  }

  @Test
  void aMappingThatTravelledToAnExecutorMapsTheSame() throws IOException, ClassNotFoundException {
    LocationMapping mapping = new LocationMapping(List.of(new Root("s3://b/t", "/n/t")), "/n/ext");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(mapping);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      LocationMapping arrived = (LocationMapping) in.readObject();
      assertThat(arrived.map("s3a://b/t/f")).isEqualTo("/n/t/f");
      assertThat(arrived.map("s3a://c/f")).isEqualTo(mapping.map("s3a://c/f"));
    }
  }
}
