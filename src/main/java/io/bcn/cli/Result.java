package io.bcn.cli;

/**
 * What a command has to say.
 *
 * @param exitCode 0, or 3 for a partial result
 * @param document the JSON form, with a {@code schema_version}
 * @param text the form for people, ending in a newline
 */
record Result(int exitCode, Object document, String text) {
  static Result done(Object document, String text) {
    return new Result(0, document, text);
  }
}
