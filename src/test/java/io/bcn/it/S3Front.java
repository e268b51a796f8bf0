package io.bcn.it;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A small HTTP proxy in front of an S3 server: counts requests by what they ask for, and breaks
 * those that a test wants broken. Speaks HTTP/1.1 over plain sockets, since a server that can break
 * off in the middle is none that a library offers.
 */
public final class S3Front implements AutoCloseable {

  /** One request, and how much of a body it had. */
  public record Request(String method, String target, Map<String, String> headers, long bodyBytes) {

    /** The S3 operation. */
    public String kind() {
      String query = target.contains("?") ? target.substring(target.indexOf('?') + 1) : "";
      boolean ofParts = query.contains("uploadId=");
      return switch (method) {
        case "PUT" ->
            headers.containsKey("x-amz-copy-source")
                ? "CopyObject"
                : ofParts ? "UploadPart" : "PutObject";
        case "POST" ->
            query.contains("delete")
                ? "DeleteObjects"
                : ofParts ? "CompleteMultipartUpload" : "CreateMultipartUpload";
        case "DELETE" -> ofParts ? "AbortMultipartUpload" : "DeleteObject";
        case "HEAD" -> "HeadObject";
        default ->
            query.contains("list-type=")
                ? "ListObjectsV2"
                : query.contains("uploads") ? "ListMultipartUploads" : "GetObject";
      };
    }

    public boolean isFor(String name) {
      return target.contains(name);
    }
  }

  /** A request that went through, and the bytes of both bodies. */
  private record Passed(Request request, long bytes) {}

  /** What becomes of a request. */
  public sealed interface Fate {
    /** It goes through. */
    record Passes() implements Fate {}

    /** The store never sees it, and this is the answer. */
    record Answers(int status, String code, Map<String, String> headers) implements Fate {}

    /** The store never sees it: the connection is reset. */
    record IsReset() implements Fate {}

    /** The store does it, and its answer is lost. */
    record LosesAnswer() implements Fate {}

    /** So many bytes of the answer's body come, then the connection ends. */
    record IsCutOff(int bodyBytes) implements Fate {}

    /** The answer takes its time. */
    record IsSlow(Duration delay) implements Fate {}
  }

  public static final Fate PASSES = new Fate.Passes();

  public static Fate answers(int status, String code) {
    return new Fate.Answers(status, code, Map.of());
  }

  private final URI server;
  private final ServerSocket listening;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final List<Request> seen = new CopyOnWriteArrayList<>();
  private final List<Passed> passed = new CopyOnWriteArrayList<>();
  private volatile Function<Request, Fate> fates = request -> PASSES;

  private S3Front(URI server, ServerSocket listening) {
    this.server = server;
    this.listening = listening;
  }

  public static S3Front of(S3Server server) {
    return of(server.endpoint());
  }

  public static S3Front of(URI server) {
    try {
      S3Front front =
          new S3Front(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
      start(front::accept);
      return front;
    } catch (IOException e) {
      throw new IllegalStateException("the proxy of the tests does not start", e);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  /** From now on. */
  public void breaking(Function<Request, Fate> rule) {
    fates = rule;
  }

  /** The first so many requests of one kind, from now on; all others pass. */
  public void breakingFirst(int times, String kind, Fate fate) {
    int[] left = {times};
    breaking(
        request -> {
          synchronized (left) {
            return request.kind().equals(kind) && left[0]-- > 0 ? fate : PASSES;
          }
        });
  }

  public void forget() {
    seen.clear();
    passed.clear();
  }

  /** Since the last {@link #forget}, in the order of arrival. */
  public List<Request> requests() {
    return List.copyOf(seen);
  }

  public long count(String kind) {
    return seen.stream().filter(request -> request.kind().equals(kind)).count();
  }

  /** The bytes that went both ways in the bodies of some requests. */
  public long bytes(Predicate<Request> some) {
    return passed.stream().filter(one -> some.test(one.request())).mapToLong(Passed::bytes).sum();
  }

  /** How many of each kind. */
  public Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    seen.forEach(request -> counts.merge(request.kind(), 1L, Long::sum));
    return counts;
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "s3-front");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (!listening.isClosed()) {
        Socket client = listening.accept();
        client.setTcpNoDelay(true);
        open.add(client);
        start(() -> serve(client));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void serve(Socket client) {
    try (client;
        Backend backend = new Backend()) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      Optional<Message> request = Message.read(in, out);
      while (request.isPresent() && answer(request.get(), backend, client, out)) {
        request = Message.read(in, out);
      }
    } catch (IOException gone) {
      return;
    } finally {
      open.remove(client);
    }
  }

  /** Whether the connection lives on. */
  private boolean answer(Message message, Backend backend, Socket client, OutputStream out)
      throws IOException {
    Request request = message.asRequest();
    seen.add(request);
    Fate fate = fates.apply(request);
    if (fate instanceof Fate.Answers answer) {
      out.write(Message.answer(answer, request.method().equals("HEAD")));
      out.flush();
      return true;
    }
    if (fate instanceof Fate.IsReset) {
      client.setSoLinger(true, 0);
      return false;
    }
    if (fate instanceof Fate.IsSlow slow) {
      pause(slow.delay());
    }
    Message reply = backend.ask(message, request.method());
    passed.add(new Passed(request, request.bodyBytes() + reply.body().length));
    if (fate instanceof Fate.LosesAnswer) {
      client.setSoLinger(true, 0);
      return false;
    }
    out.write(reply.head());
    if (fate instanceof Fate.IsCutOff cut) {
      out.write(reply.body(), 0, Math.min(cut.bodyBytes(), reply.body().length));
      out.flush();
      return false;
    }
    out.write(reply.body());
    out.flush();
    return !reply.endsConnection();
  }

  private static void pause(Duration delay) {
    try {
      Thread.sleep(delay.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The connection to the real server that belongs to one client's. */
  private final class Backend implements AutoCloseable {
    private Optional<Socket> socket = Optional.empty();

    Message ask(Message request, String method) throws IOException {
      if (socket.isEmpty()) {
        socket = Optional.of(new Socket(server.getHost(), server.getPort()));
        socket.get().setTcpNoDelay(true);
      }
      OutputStream out = socket.get().getOutputStream();
      out.write(request.head());
      out.write(request.body());
      out.flush();
      Message reply = Message.readReply(socket.get().getInputStream(), method);
      if (reply.endsConnection()) {
        close();
      }
      return reply;
    }

    @Override
    public void close() throws IOException {
      if (socket.isPresent()) {
        socket.get().close();
      }
      socket = Optional.empty();
    }
  }

  /**
   * The head's lines as they came, without the empty one, and the body as it goes over the wire.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Message(List<String> lines, byte[] body) {

    static Optional<Message> read(InputStream in, OutputStream back) throws IOException {
      List<String> lines = headOf(in);
      if (lines.isEmpty()) {
        return Optional.empty();
      }
      Message head = new Message(lines, new byte[0]);
      if (head.header("expect").isPresent()) {
        back.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        back.flush();
      }
      return Optional.of(new Message(head.without("expect").lines(), head.bodyFrom(in)));
    }

    static Message readReply(InputStream in, String method) throws IOException {
      List<String> lines = headOf(in);
      while (!lines.isEmpty() && lines.get(0).startsWith("HTTP/1.1 1")) {
        lines = headOf(in);
      }
      if (lines.isEmpty()) {
        throw new IOException("the server went away");
      }
      Message head = new Message(lines, new byte[0]);
      boolean bodiless =
          method.equals("HEAD") || lines.get(0).contains(" 204") || lines.get(0).contains(" 304");
      return bodiless ? head : new Message(lines, head.bodyFrom(in));
    }

    static byte[] answer(Fate.Answers answer, boolean bodiless) {
      String body =
          "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>made by a test</Message></Error>"
              .formatted(answer.code());
      StringBuilder head =
          new StringBuilder("HTTP/1.1 %d Made by a test\r\n".formatted(answer.status()));
      answer.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
      head.append("Content-Type: application/xml\r\nContent-Length: " + body.length() + "\r\n\r\n");
      return (head + (bodiless ? "" : body)).getBytes(StandardCharsets.US_ASCII);
    }

    private static List<String> headOf(InputStream in) throws IOException {
      List<String> lines = new ArrayList<>();
      String line = line(in);
      while (!line.isEmpty()) {
        lines.add(line);
        line = line(in);
      }
      return lines;
    }

    private static String line(InputStream in) throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int next = in.read();
      while (next >= 0 && next != '\n') {
        if (next != '\r') {
          line.write(next);
        }
        next = in.read();
      }
      return line.toString(StandardCharsets.ISO_8859_1);
    }

    private byte[] bodyFrom(InputStream in) throws IOException {
      if (header("transfer-encoding").map(value -> value.contains("chunked")).orElse(false)) {
        return chunks(in);
      }
      int length = header("content-length").map(Integer::parseInt).orElse(0);
      byte[] body = in.readNBytes(length);
      if (body.length < length) {
        throw new IOException("the body is cut off");
      }
      return body;
    }

    private static byte[] chunks(InputStream in) throws IOException {
      ByteArrayOutputStream raw = new ByteArrayOutputStream();
      int length;
      do {
        String size = line(in);
        length = Integer.parseInt(size.split(";", 2)[0].trim(), 16);
        raw.writeBytes((size + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        raw.writeBytes(in.readNBytes(length));
        String end = line(in);
        while (length == 0 && !end.isEmpty()) {
          raw.writeBytes((end + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
          end = line(in);
        }
        raw.writeBytes("\r\n".getBytes(StandardCharsets.ISO_8859_1));
      } while (length > 0);
      return raw.toByteArray();
    }

    byte[] head() {
      return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    Message without(String header) {
      String start = header.toLowerCase(Locale.ROOT) + ":";
      return new Message(
          lines.stream().filter(line -> !line.toLowerCase(Locale.ROOT).startsWith(start)).toList(),
          body);
    }

    boolean endsConnection() {
      return header("connection").map(value -> value.equalsIgnoreCase("close")).orElse(false);
    }

    private Optional<String> header(String name) {
      return Optional.ofNullable(headers().get(name));
    }

    private Map<String, String> headers() {
      Map<String, String> headers = new TreeMap<>();
      for (String line : lines.subList(1, lines.size())) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).trim().toLowerCase(Locale.ROOT),
            line.substring(colon + 1).trim());
      }
      return headers;
    }

    Request asRequest() {
      String[] words = lines.get(0).split(" ", 3);
      return new Request(words[0], words[1], headers(), body.length);
    }
  }
}
