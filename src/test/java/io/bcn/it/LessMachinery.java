package io.bcn.it;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.RuntimeConfig;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Spark's settings for tests that run many verbs over a few rows: what pays for large data is off.
 */
public final class LessMachinery implements BeforeEachCallback, AfterEachCallback {
  private static final Map<String, String> SMALL =
      Map.of(
          "spark.sql.shuffle.partitions", "1",
          "spark.sql.adaptive.enabled", "false",
          "spark.sql.codegen.wholeStage", "false",
          "spark.sql.codegen.factoryMode", "NO_CODEGEN");

  private final Map<String, String> before = new TreeMap<>();

  @Override
  public void beforeEach(ExtensionContext context) {
    RuntimeConfig settings = SharedSpark.session().conf();
    SMALL.forEach(
        (key, value) -> {
          before.put(key, settings.get(key));
          settings.set(key, value);
        });
    SharedSpark.session().sparkContext().setLogLevel("OFF");
  }

  @Override
  public void afterEach(ExtensionContext context) {
    before.forEach(SharedSpark.session().conf()::set);
    SharedSpark.session().sparkContext().setLogLevel("ERROR");
  }
}
