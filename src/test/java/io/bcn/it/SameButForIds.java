package io.bcn.it;

import io.bcn.format.Documents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A repository's files with all that names a run taken out: PIT ids, times, run and repository ids,
 * names of inventory parts, and digests of documents that hold any of these.
 *
 * <p>What remains of two runs over one state of a source is equal.
 */
final class SameButForIds {
  private static final Pattern RUN =
      Pattern.compile(
          "\\d{8}T\\d{6}\\.\\d{3}Z" // a PIT's id
              + "|\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z" // a time
              + "|(?<=part-)\\d+-\\d+" // a task attempt
              + "|(?<=\"(run|repository)_id\" : \")[0-9a-f-]{36}");

  private SameButForIds() {}

  /** By path: a JSON document's text, the digest of any other file. */
  static Map<String, String> of(RepositoryFiles repository) {
    Map<String, String> ownDigests = new TreeMap<>();
    for (String file : repository.all()) {
      if (!file.contains("/objects/")) {
        ownDigests.put(Documents.sha256(bytes(repository, file)), "digest of " + plain(file));
      }
    }
    Map<String, String> files = new TreeMap<>();
    for (String file : repository.all()) {
      files.put(plain(file), content(repository, file, ownDigests));
    }
    return files;
  }

  private static String content(
      RepositoryFiles repository, String file, Map<String, String> ownDigests) {
    byte[] bytes = bytes(repository, file);
    if (file.contains("/objects/")) {
      return Documents.sha256(bytes);
    }
    if (!file.endsWith(".json")) {
      return "inventory";
    }
    String text = plain(new String(bytes, StandardCharsets.UTF_8));
    for (Map.Entry<String, String> digest : ownDigests.entrySet()) {
      text = text.replace(digest.getKey(), digest.getValue());
    }
    return text;
  }

  /** A text without what names a run. */
  static String plain(String text) {
    return RUN.matcher(text).replaceAll("…");
  }

  private static byte[] bytes(RepositoryFiles repository, String file) {
    try {
      return Files.readAllBytes(repository.root().resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
