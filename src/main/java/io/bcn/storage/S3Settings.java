package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How to reach an S3 store. The keys, and what they mean, are those of Iceberg's S3FileIO where it
 * has them, so that what is said of a catalog can be said of a repository in the same words.
 *
 * <p>May hold secrets: never shown.
 */
public record S3Settings(Map<String, String> values) implements Serializable {
  static final String ENDPOINT = "s3.endpoint";
  static final String PATH_STYLE = "s3.path-style-access";
  static final String ACCESS_KEY = "s3.access-key-id";
  static final String SECRET_KEY = "s3.secret-access-key";
  static final String SESSION_TOKEN = "s3.session-token";
  static final String SSE_TYPE = "s3.sse.type";
  static final String SSE_KEY = "s3.sse.key";
  static final String REQUESTER_PAYS = "s3.requester-pays-enabled";
  static final String STORE_COPIES = "s3.store-copy-enabled";
  static final String PART_BYTES = "s3.multipart.part-size-bytes";
  static final String UPLOAD_THREADS = "s3.multipart.num-threads";
  static final String RETRIES = "s3.retry.num-retries";
  static final String RETRY_MIN_WAIT = "s3.retry.min-wait-ms";
  static final String RETRY_MAX_WAIT = "s3.retry.max-wait-ms";
  static final String REGION = "client.region";
  static final String PROFILE = "client.profile";
  static final String ROLE = "client.assume-role.arn";
  static final String ROLE_EXTERNAL_ID = "client.assume-role.external-id";
  static final String ROLE_REGION = "client.assume-role.region";
  static final String ROLE_SECONDS = "client.assume-role.timeout-sec";
  static final String ROLE_SESSION = "client.assume-role.session-name";
  static final String CONNECTION_TIMEOUT = "http-client.connection-timeout-ms";
  static final String SOCKET_TIMEOUT = "http-client.socket-timeout-ms";
  static final String MAX_CONNECTIONS = "http-client.max-connections";

  /** Every key that there is. */
  public static final List<String> KEYS =
      List.of(
          ENDPOINT,
          PATH_STYLE,
          ACCESS_KEY,
          SECRET_KEY,
          SESSION_TOKEN,
          SSE_TYPE,
          SSE_KEY,
          REQUESTER_PAYS,
          STORE_COPIES,
          PART_BYTES,
          UPLOAD_THREADS,
          RETRIES,
          RETRY_MIN_WAIT,
          RETRY_MAX_WAIT,
          REGION,
          PROFILE,
          ROLE,
          ROLE_EXTERNAL_ID,
          ROLE_REGION,
          ROLE_SECONDS,
          ROLE_SESSION,
          CONNECTION_TIMEOUT,
          SOCKET_TIMEOUT,
          MAX_CONNECTIONS);

  /** S3 takes no smaller part but the last. */
  private static final long SMALLEST_PART_BYTES = 5L << 20;

  private static final List<String> SSE_TYPES = List.of("none", "s3", "kms", "dsse-kms");

  /**
   * Takes the known keys and drops all others. <i>Fails</i> with USAGE, never showing a secret,
   * where one has no sense.
   */
  public S3Settings {
    Map<String, String> known = new TreeMap<>(values);
    known.keySet().retainAll(KEYS);
    known.values().removeIf(String::isBlank);
    values = Map.copyOf(known);
    if (values.containsKey(ACCESS_KEY) != values.containsKey(SECRET_KEY)) {
      throw wrong(ACCESS_KEY, "it needs '" + SECRET_KEY + "', and the other way round");
    }
    if (values.containsKey(SESSION_TOKEN) && !values.containsKey(ACCESS_KEY)) {
      throw wrong(SESSION_TOKEN, "it needs '" + ACCESS_KEY + "'");
    }
    if (!SSE_TYPES.contains(values.getOrDefault(SSE_TYPE, "none"))) {
      throw wrong(SSE_TYPE, "it is none of " + String.join(", ", SSE_TYPES));
    }
    if (partBytes(values) < SMALLEST_PART_BYTES) {
      throw wrong(PART_BYTES, "a part has at least %d bytes".formatted(SMALLEST_PART_BYTES));
    }
    endpoint(values)
        .filter(uri -> uri.getScheme() == null || uri.getHost() == null)
        .ifPresent(
            uri -> {
              throw wrong(ENDPOINT, "it is no address like https://host:9000");
            });
  }

  Optional<String> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  Optional<URI> endpoint() {
    return endpoint(values);
  }

  private static Optional<URI> endpoint(Map<String, String> values) {
    try {
      return Optional.ofNullable(values.get(ENDPOINT)).map(URI::create);
    } catch (IllegalArgumentException e) {
      throw wrong(ENDPOINT, "it is no address like https://host:9000");
    }
  }

  boolean isOn(String key) {
    return value(key).map(Boolean::parseBoolean).orElse(false);
  }

  /** Whether the store is asked to copy by itself. */
  boolean storeCopies() {
    return value(STORE_COPIES).map(Boolean::parseBoolean).orElse(true);
  }

  int partBytes() {
    return Math.toIntExact(partBytes(values));
  }

  private static long partBytes(Map<String, String> values) {
    return number(values, PART_BYTES, 8L << 20, Integer.MAX_VALUE - 8);
  }

  int uploadThreads() {
    return (int) number(values, UPLOAD_THREADS, 8, 1000);
  }

  int retries() {
    return (int) number(values, RETRIES, 5, 100);
  }

  int maxConnections() {
    return (int) number(values, MAX_CONNECTIONS, 64, 10_000);
  }

  Duration millis(String key, long absent) {
    return Duration.ofMillis(number(values, key, absent, Integer.MAX_VALUE));
  }

  int seconds(String key, int absent) {
    return (int) number(values, key, absent, Integer.MAX_VALUE);
  }

  private static long number(Map<String, String> values, String key, long absent, long most) {
    String text = values.getOrDefault(key, Long.toString(absent));
    try {
      long number = Long.parseLong(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw wrong(key, "'%s' is no number".formatted(text));
    }
    throw wrong(key, "'%s' is not between 0 and %d".formatted(text, most));
  }

  private static BcnException wrong(String key, String reason) {
    return new BcnException(
        ErrorCode.USAGE,
        "Cannot use setting 'spark.bcn.%s': %s".formatted(key, reason),
        "operations.md lists the settings of repositories on S3.");
  }

  /** No values: some are secrets. */
  @Override
  public String toString() {
    return "S3 settings " + values.keySet().stream().sorted().toList();
  }
}
