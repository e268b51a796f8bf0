package io.bcn.format;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.bcn.errors.BcnException;

/** Says in one line, and in the format's words instead of Jackson's, why bytes are no document. */
final class Unreadable {
  private Unreadable() {}

  /** Why bytes are not one JSON object. */
  static String asJson(JsonProcessingException e) {
    if (e instanceof StreamConstraintsException) {
      return "it is nested too deeply, or a number or a text in it is too long";
    }
    if (e instanceof JsonEOFException) {
      return "it ends in the middle, " + place(e.getLocation());
    }
    if (e instanceof MismatchedInputException) {
      return e.getOriginalMessage().startsWith("Duplicate field")
          ? "it has a field twice"
          : "something follows its end";
    }
    if (e instanceof JsonParseException) {
      return "it is not JSON, " + place(e.getLocation());
    }
    return "it is not JSON";
  }

  /** Why a JSON object is not the document that it should be. */
  static String asDocument(JsonProcessingException e) {
    String path = e instanceof JsonMappingException mapping ? path(mapping) : "";
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BcnException || cause instanceof IllegalArgumentException) {
        String reason = Names.printable(String.valueOf(cause.getMessage()));
        return path.isEmpty() ? reason : "at '%s': %s".formatted(path, reason);
      }
    }
    if (e.getCause() instanceof NullPointerException) {
      return "at '%s': null is where a value must be".formatted(path);
    }
    if (path.isEmpty()) {
      return "it is not the document that it should be";
    }
    if (e instanceof InvalidFormatException invalid) {
      String value = Names.printable(String.valueOf(invalid.getValue()));
      return "field '%s' cannot be '%s'".formatted(path, value);
    }
    String message = e.getOriginalMessage();
    return message.startsWith("Missing required")
        ? "field '%s' is missing".formatted(path)
        : "field '%s' is of the wrong type or out of range".formatted(path);
  }

  private static String place(JsonLocation location) {
    return location == null
        ? "somewhere"
        : "at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
        continue;
      }
      path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
    }
    return Names.printable(path.toString());
  }
}
