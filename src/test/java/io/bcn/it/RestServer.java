package io.bcn.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * REST catalogs on a server of Iceberg's own, one server for all tests of the JVM. What parameters
 * a catalog has stands in {@code src/test/servers/rest/RestCatalogServer.java}.
 */
final class RestServer {
  private static RestServer shared;

  private final String port;
  private final HttpClient http = HttpClient.newHttpClient();

  private RestServer(String port) {
    this.port = port;
  }

  /** Starts with its first use. */
  static synchronized RestServer shared() {
    if (shared == null) {
      shared = new RestServer(ServerJvm.start("rest", "RestCatalogServer.java").answer("port"));
    }
    return shared;
  }

  /**
   * Makes an empty catalog.
   *
   * @return its {@code uri}
   */
  String create(String name, Map<String, String> parameters) {
    String query =
        parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + encoded(entry.getValue()))
            .collect(Collectors.joining("&"));
    send("PUT", name + "?" + query);
    return root() + name;
  }

  /** The catalog is gone from the server then. */
  void remove(String name) {
    send("DELETE", name);
  }

  private String root() {
    return "http://127.0.0.1:" + port + "/";
  }

  private void send(String method, String path) {
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create(root() + path))
                  .method(method, HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(response.body());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
