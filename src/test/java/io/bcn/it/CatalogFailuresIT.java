package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.Scope;
import io.bcn.format.TableName;
import io.bcn.restore.RestoreRequest;
import io.bcn.restore.RestoreSummary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user is told when a catalog's server is away, refuses them, or can't hold the names. */
class CatalogFailuresIT {
  @TempDir Path temp;

  @Test
  void aServerThatDoesNotAnswerIsWorthAnotherTry() throws IOException {
    String address = "127.0.0.1:" + portOfNobody();
    Map<String, String> servers = new HashMap<>();
    servers.put("hive", "thrift://" + address);
    servers.put("rest", "http://" + address);
    servers.put("jdbc", "jdbc:postgresql://" + address + "/iceberg");
    servers.forEach(
        (type, uri) ->
            assertBackup(Lake.of(type, Map.of("uri", uri, "warehouse", "/w"), temp))
                .isInstanceOfSatisfying(
                    BcnException.class,
                    e -> {
                      assertThat(e.code()).as(type).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
                      assertThat(e.hint()).contains("when the server is up").contains(".uri");
                    })
                .hasMessageStartingWith("Cannot open catalog '" + type + "_"));
  }

  @Test
  void aServerThatRefusesUsWantsOtherCredentials() {
    Lake guarded = Lake.rest(temp, Map.of("token", "right"));
    guarded.configure("token", "wrong");
    assertRefused(assertBackup(guarded)).hasMessageContaining("the token is not known");
    Lake postgres = Lake.postgres(temp);
    postgres.configure("jdbc.password", "wrong-password");
    assertRefused(assertBackup(postgres))
        .hasMessageContaining("password authentication failed")
        .hasMessageNotContaining("wrong-password");
    guarded.configure("token", "right");
    guarded.sql("CREATE NAMESPACE @.db", "CREATE TABLE @.db.t (id INT) USING iceberg");
    assertThat(backup(guarded).tables().total()).isEqualTo(1);
  }

  @Test
  void anAddressOfSomethingElseIsASlipInTheConfiguration() {
    Lake elsewhere = Lake.rest(temp);
    elsewhere.configure("uri", elsewhere.setting("uri") + "-not");
    assertUsage(assertBackup(elsewhere));
    Lake nowhere =
        Lake.of(
            "hive", Map.of("uri", "thrift://no-such-host.invalid:9083", "warehouse", "/w"), temp);
    assertUsage(assertBackup(nowhere));
  }

  @Test
  void namesThatHiveCantHoldAreRefusedInThePlanAndUpperCaseIsTold() {
    Lake source = Lake.jdbc(temp.resolve("source"));
    source.sql(
        "CREATE NAMESPACE @.Sales",
        "CREATE NAMESPACE @.Sales.eu",
        "CREATE TABLE @.Sales.Orders (id INT) USING iceberg",
        "CREATE TABLE @.Sales.eu.nested (id INT) USING iceberg");
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(source.catalog()));
    Lake hive = Lake.hive(temp.resolve("hive"));

    assertThatThrownBy(() -> bcn.restoreAll("latest", hive))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessageStartingWith("Cannot restore 'sales.eu' into catalog");
    RestoreSummary restored =
        bcn.restore(
            "latest",
            new RestoreRequest.Selection(
                List.of(),
                List.of(TableName.parse("Sales.Orders")),
                List.of(),
                RestoreRequest.Deleted.LEFT_OUT),
            Bcn.to(hive));

    assertThat(hive.tables()).containsExactly("sales.orders");
    assertThat(restored.notices())
        .contains(
            "Table 'Sales.Orders' becomes 'sales.orders': catalog '%s' keeps names in lower case"
                .formatted(hive.catalog()));
  }

  @Test
  void tablesThatEachHaveCredentialsOfTheirOwnAreBackedUpAndRestored() {
    Lake source = Lake.rest(temp.resolve("source"), Map.of("vend.some-key", "some-value"));
    source.sql(
        "CREATE NAMESPACE @.db",
        "CREATE TABLE @.db.a (id INT) USING iceberg",
        "INSERT INTO @.db.a VALUES (1)",
        "CREATE TABLE @.db.b (id INT) USING iceberg",
        "INSERT INTO @.db.b VALUES (2)");
    Map<String, Contents> expected = Contents.ofAll(source);
    Bcn bcn = Bcn.at(temp.resolve("repo"));
    bcn.backup(Scope.ofCatalog(source.catalog()));
    source.vanish();
    Lake target = Lake.rest(temp.resolve("target"), Map.of("vend.some-key", "another"));

    bcn.restoreAll("latest", target);

    Contents.assertEqual(Contents.ofAll(target), expected);
  }

  private io.bcn.backup.BackupSummary backup(Lake lake) {
    return Bcn.at(temp.resolve("repo-" + lake.catalog())).backup(Scope.ofCatalog(lake.catalog()));
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertBackup(Lake lake) {
    return assertThatThrownBy(() -> backup(lake));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      AbstractThrowableAssert<?, ? extends Throwable> thrown) {
    return thrown
        .isInstanceOfSatisfying(
            BcnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.CREDENTIALS);
              assertThat(e.hint()).startsWith("Check the credentials");
            })
        .hasMessageStartingWith("Cannot open catalog '");
  }

  private static void assertUsage(AbstractThrowableAssert<?, ? extends Throwable> thrown) {
    thrown
        .isInstanceOfSatisfying(
            BcnException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.USAGE);
              assertThat(e.hint()).contains(".uri");
            })
        .hasMessageStartingWith("Cannot open catalog '");
  }

  private static int portOfNobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
