package io.bcn.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** What {@code bcn list --json} says of a PIT. */
record Listing(JsonNode document) {

  static Listing of(Path repository, String pit) {
    PrintStream out = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
      int exitCode =
          io.bcn.cli.Bcn.run("list", "--repo", repository.toString(), "--pit", pit, "--json");
      assertThat(exitCode).isZero();
      return new Listing(new JsonMapper().readTree(said.toString(StandardCharsets.UTF_8)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } finally {
      System.setOut(out);
    }
  }

  /** The one row of that name and status. */
  JsonNode table(String name, String status) {
    return only(document.get("objects").elements(), name, status);
  }

  JsonNode database(String name, String status) {
    return only(document.get("databases").elements(), name, status);
  }

  private static JsonNode only(Iterator<JsonNode> rows, String name, String status) {
    while (rows.hasNext()) {
      JsonNode row = rows.next();
      String itsName =
          row.has("database")
              ? row.get("database").asText() + "." + row.get("name").asText()
              : row.get("name").asText();
      if (itsName.equals(name) && row.get("status").asText().equals(status)) {
        return row;
      }
    }
    throw new NoSuchElementException("no " + status + " " + name);
  }
}
