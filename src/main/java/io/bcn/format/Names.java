package io.bcn.format;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The text form of identifiers, shared by {@link DatabaseName} and {@link TableName}. */
final class Names {
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");
  private static final Pattern HALF_CHARACTER = Pattern.compile("\\p{Cs}");
  private static final int LONGEST_SHOWN = 200;

  private Names() {}

  static String check(String kind, String part) {
    if (part.isBlank()) {
      throw DatabaseName.invalid(kind, part, "it is empty");
    }
    if (hasControl(part)) {
      throw DatabaseName.invalid(kind, part, "it holds a control character");
    }
    // UTF-8 has no bytes for one: two such names would share a folder.
    if (HALF_CHARACTER.matcher(part).find()) {
      throw DatabaseName.invalid(kind, part, "it holds half of a character");
    }
    return part;
  }

  static boolean hasControl(String text) {
    return CONTROL.matcher(text).find();
  }

  /** Replaces control characters and cuts, so that a message stays on its line. */
  static String printable(String text) {
    String shown = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text;
    return HALF_CHARACTER.matcher(CONTROL.matcher(shown).replaceAll("?")).replaceAll("?");
  }

  static String quoted(String part) {
    if (part.indexOf('.') < 0 && part.indexOf('`') < 0) {
      return part;
    }
    return "`" + part.replace("`", "``") + "`";
  }

  /** Splits at dots outside backticks. */
  static List<String> split(String kind, String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean inBackticks = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '`' && inBackticks && i + 1 < text.length() && text.charAt(i + 1) == '`') {
        part.append('`');
        i++;
      } else if (c == '`') {
        boolean whole =
            inBackticks ? text.startsWith(".", i + 1) || i + 1 == text.length() : part.isEmpty();
        if (!whole) {
          throw DatabaseName.invalid(kind, text, "its backticks do not enclose a whole part");
        }
        inBackticks = !inBackticks;
      } else if (c == '.' && !inBackticks) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    if (inBackticks) {
      throw DatabaseName.invalid(kind, text, "a backtick is not closed");
    }
    parts.add(part.toString());
    if (parts.size() > 1 && parts.stream().anyMatch(String::isBlank)) {
      throw DatabaseName.invalid(kind, text, "a part of it is empty");
    }
    parts.forEach(name -> check(kind, name));
    return parts;
  }
}
