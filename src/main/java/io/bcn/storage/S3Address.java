package io.bcn.storage;

import io.bcn.format.ObjectKey;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an S3 store has, or will have, an object that is not the repository's: what a table calls
 * one of its files.
 *
 * @param store which store, for comparison only: {@value #AWS}, or host, port and path of another
 *     one's endpoint
 */
public record S3Address(String store, String bucket, String name) {
  private static final String AWS = "aws";

  /** No ARN of an access point: where that leads is not seen. */
  private static final Pattern LOCATION =
      Pattern.compile("(?i:s3|s3a|s3n)://(?<bucket>[A-Za-z0-9][A-Za-z0-9._-]*)/(?<name>[^?#]+)");

  private static final Pattern ENDPOINT = Pattern.compile("(?<scheme>https?)://.*");

  /**
   * The object at an {@code s3:}, {@code s3a:} or {@code s3n:} location; empty for any other
   * location, and for one that programs spell out differently: an empty part, {@code ..}, {@code
   * ?}.
   *
   * @param endpoint the store's address as the table's settings have it; empty for AWS
   */
  public static Optional<S3Address> of(String endpoint, String location) {
    Matcher parts = LOCATION.matcher(location);
    if (!parts.matches() || !ObjectKey.isPlain(parts.group("name"))) {
      return Optional.empty();
    }
    return store(endpoint)
        .map(store -> new S3Address(store, parts.group("bucket"), parts.group("name")));
  }

  /** Whether this is an object of the store at that endpoint. */
  boolean isAt(Optional<URI> endpoint) {
    return store(endpoint.map(URI::toString).orElse("")).filter(store::equals).isPresent();
  }

  private static Optional<String> store(String endpoint) {
    String text = endpoint.trim().toLowerCase(Locale.ROOT);
    if (text.isEmpty()) {
      return Optional.of(AWS);
    }
    try {
      // Hadoop's endpoints may come without a scheme.
      URI uri = URI.create(ENDPOINT.matcher(text).matches() ? text : "https://" + text);
      if (uri.getHost() == null) {
        return Optional.empty();
      }
      return Optional.of(uri.getHost().endsWith(".amazonaws.com") ? AWS : address(uri));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String address(URI uri) {
    int usual = uri.getScheme().equals("http") ? 80 : 443;
    String path = uri.getPath().replaceAll("/+$", "");
    return uri.getHost() + ":" + (uri.getPort() < 0 ? usual : uri.getPort()) + path;
  }

  /** As people write it. */
  @Override
  public String toString() {
    return StorageLocation.S3 + bucket + "/" + name;
  }
}
