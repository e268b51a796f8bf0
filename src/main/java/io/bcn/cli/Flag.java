package io.bcn.cli;

import java.util.Locale;

/**
 * One flag of the command line.
 *
 * @param name without the dashes
 * @param value what stands for its value in the help; empty for a switch
 * @param origin where else than on the command line it may be given
 */
record Flag(String name, Kind kind, String value, Origin origin, String help) {

  /** How many values it takes. */
  enum Kind {
    SWITCH,
    VALUE,
    /** Repeatable. */
    VALUES
  }

  /** Where it may be given. */
  enum Origin {
    ANYWHERE,
    /** What a forgotten setting must not switch on. */
    COMMAND_LINE_ONLY
  }

  static Flag toggle(String name, String help) {
    return new Flag(name, Kind.SWITCH, "", Origin.ANYWHERE, help);
  }

  static Flag one(String name, String value, String help) {
    return new Flag(name, Kind.VALUE, value, Origin.ANYWHERE, help);
  }

  static Flag many(String name, String value, String help) {
    return new Flag(name, Kind.VALUES, value, Origin.ANYWHERE, help);
  }

  Flag onlyOnTheCommandLine() {
    return new Flag(name, kind, value, Origin.COMMAND_LINE_ONLY, help);
  }

  boolean takesValue() {
    return kind != Kind.SWITCH;
  }

  String environmentVariable() {
    return "BCN_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  String sparkSetting() {
    return "spark.bcn." + name;
  }

  /** As the help shows it: {@code --database NAME}. */
  String shown() {
    return toString() + (takesValue() ? " " + value : "") + (kind == Kind.VALUES ? " …" : "");
  }

  @Override
  public String toString() {
    return "--" + name;
  }
}
