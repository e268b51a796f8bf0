import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.HTTPRequest;
import org.apache.iceberg.rest.RESTCatalogAdapter;
import org.apache.iceberg.rest.RESTCatalogServlet;
import org.apache.iceberg.rest.RESTResponse;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.rest.responses.LoadTableResponse;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Iceberg REST catalogs on a free port of the loopback interface, any number of them in one server; each keeps its
 * tables in a JDBC catalog in memory.
 *
 * <p>{@code PUT /<name>?warehouse=<folder>} makes one, which is then at {@code /<name>/v1/…}. Further parameters are
 * properties of the catalog behind it, but for {@code token}: a bearer token without which all requests are refused;
 * {@code overwrites}: {@code true} where a table can be registered over another, as servers allow that are not Iceberg's
 * own, {@code exists} or {@code malformed} for other ways to refuse it; and
 * {@code vend.<key>}: handed out with each table, beside the table's own name as {@code vended-for}. {@code
 * DELETE /<name>} takes one away.
 *
 * <p>Prints {@code port <number>}, and ends with its stdin. Run as {@code java -cp … RestCatalogServer.java}.
 */
public final class RestCatalogServer extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final String VENDED = "vend.";

  private final transient Map<String, OneCatalog> catalogs = new ConcurrentHashMap<>();

  private record OneCatalog(Served servlet, String token) {}

  public static void main(String[] arguments) throws Exception {
    HttpConfiguration http = new HttpConfiguration();
    // Names in a path may hold encoded slashes and control characters: the separator of namespaces is one.
    http.setUriCompliance(UriCompliance.UNSAFE);
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    connector.setPort(0);
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    context.getServletHandler().setDecodeAmbiguousURIs(true);
    context.addServlet(new ServletHolder(new RestCatalogServer()), "/*");
    server.setHandler(context);
    server.start();
    System.out.println("port " + connector.getLocalPort());
    while (System.in.read() >= 0) {
      // Whoever started it has nothing to say: the end of stdin is the end of that process.
    }
    System.exit(0);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String path = request.getRequestURI().substring(1);
    int slash = path.indexOf('/');
    String name = slash < 0 ? path : path.substring(0, slash);
    if (slash < 0) {
      administer(name, request);
      return;
    }
    OneCatalog catalog = catalogs.get(name);
    if (catalog == null) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    if (!catalog.token().isEmpty()
        && !("Bearer " + catalog.token()).equals(request.getHeader("Authorization"))) {
      response.setContentType("application/json");
      response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
      response.getWriter().write(
          "{\"error\":{\"message\":\"the token is not known\",\"type\":\"NotAuthorizedException\",\"code\":401}}");
      return;
    }
    catalog.servlet().service(
        new HttpServletRequestWrapper(request) {
          @Override
          public String getRequestURI() {
            return path.substring(slash);
          }
        },
        response);
  }

  private void administer(String name, HttpServletRequest request) {
    if (request.getMethod().equals("DELETE")) {
      catalogs.remove(name);
      return;
    }
    Map<String, String> properties = new HashMap<>();
    Map<String, String> vended = new TreeMap<>();
    for (String parameter : Collections.list(request.getParameterNames())) {
      if (parameter.startsWith(VENDED)) {
        vended.put(parameter.substring(VENDED.length()), request.getParameter(parameter));
      } else {
        properties.put(parameter, request.getParameter(parameter));
      }
    }
    String token = properties.containsKey("token") ? properties.remove("token") : "";
    String overwrites = properties.remove("overwrites");
    properties.put("uri", "jdbc:sqlite:file:" + name + "?mode=memory");
    properties.put("jdbc.schema-version", "V1");
    // One connection: a database in memory is gone with its last one.
    properties.put("clients", "1");
    JdbcCatalog backend = overwrites == null ? new JdbcCatalog() : new Overwriting(overwrites);
    backend.setConf(new Configuration());
    backend.initialize(name, properties);
    catalogs.put(name, new OneCatalog(new Served(new Vending(backend, vended)), token));
  }

  private static final class Overwriting extends JdbcCatalog {
    private final String way;

    Overwriting(String way) {
      this.way = way;
    }

    @Override
    public Table registerTable(TableIdentifier name, String metadataFileLocation, boolean overwrite) {
      if (overwrite && way.equals("malformed")) {
        throw new IllegalArgumentException("What is overwrite?");
      }
      if (overwrite && way.equals("true")) {
        dropTable(name, false);
      }
      return registerTable(name, metadataFileLocation);
    }
  }

  /** Opens {@code service} to its neighbour. */
  private static final class Served extends RESTCatalogServlet {
    private static final long serialVersionUID = 1L;

    Served(RESTCatalogAdapter adapter) {
      super(adapter);
    }

    @Override
    public void service(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      super.service(request, response);
    }
  }

  /** Hands out properties with each table, as a server that vends credentials does. */
  private static final class Vending extends RESTCatalogAdapter {
    private final Map<String, String> vended;

    Vending(Catalog catalog, Map<String, String> vended) {
      super(catalog);
      this.vended = Map.copyOf(vended);
    }

    @Override
    protected <T extends RESTResponse> T execute(
        HTTPRequest request,
        Class<T> responseType,
        Consumer<ErrorResponse> errors,
        Consumer<Map<String, String>> headers) {
      T response = super.execute(request, responseType, errors, headers);
      if (vended.isEmpty() || !(response instanceof LoadTableResponse table)) {
        return response;
      }
      List<String> path = List.of(request.path().split("/"));
      return responseType.cast(
          LoadTableResponse.builder()
              .withTableMetadata(table.tableMetadata())
              .addAllConfig(table.config())
              .addAllConfig(vended)
              .addConfig("vended-for", path.get(path.size() - 1))
              .build());
    }
  }
}
