package io.bcn.it;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.glue.GlueClient;

/**
 * Where Glue is: an account of AWS where {@code BCN_TEST_AWS_WAREHOUSE} names a folder on S3 (its
 * credentials and region are found as every AWS program finds them), else {@code moto_server}.
 */
record GlueAccount(Optional<String> warehouse) {

  /** Ends the test as skipped, with a line that says why, where there is no Glue at all. */
  static GlueAccount assumeAvailable() {
    Optional<String> warehouse = Optional.ofNullable(System.getenv("BCN_TEST_AWS_WAREHOUSE"));
    if (warehouse.isEmpty() && MotoServer.program().isEmpty()) {
      String reason = "Skipped: there is no moto_server on this machine, and so no Glue";
      System.out.println(reason);
      Assumptions.abort(reason);
    }
    return new GlueAccount(warehouse);
  }

  Lake lake(Path folder) {
    return warehouse.map(onS3 -> Lake.aws(folder, onS3)).orElseGet(() -> Lake.glue(folder));
  }

  /** What Glue holds of a table, seen without Iceberg. */
  Map<String, String> parameters(Lake lake, String database, String table) {
    try (GlueClient client = warehouse.isPresent() ? GlueClient.create() : ofMoto(lake)) {
      return client.getTable(get -> get.databaseName(database).name(table)).table().parameters();
    }
  }

  private static GlueClient ofMoto(Lake lake) {
    return GlueClient.builder()
        .endpointOverride(URI.create(lake.setting("glue.endpoint")))
        .region(Region.of(lake.setting("client.region")))
        .credentialsProvider(SystemPropertyCredentialsProvider.create())
        .build();
  }
}
