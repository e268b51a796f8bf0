package io.bcn.table;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** A literal of a filter. Means the same in every session: times without an offset are UTC. */
record FilterValue(Kind kind, String text) {

  /** How the literal is written. */
  enum Kind {
    TEXT,
    NUMBER,
    BOOLEAN,
    DATE,
    TIMESTAMP
  }

  /** As SQL, the same for equal values. */
  String sql() {
    String quoted = "'" + text.replace("'", "''") + "'";
    return switch (kind) {
      case TEXT -> quoted;
      case NUMBER, BOOLEAN -> text;
      case DATE, TIMESTAMP -> kind + quoted;
    };
  }

  /** As Iceberg compares it with a column of the type; empty where it can't be. */
  Optional<Object> as(Type type) {
    try {
      return switch (type.typeId()) {
        case BOOLEAN -> of(Kind.BOOLEAN).map(Boolean::valueOf);
        case INTEGER, LONG -> of(Kind.NUMBER).map(number -> decimal().longValueExact());
        case FLOAT, DOUBLE -> of(Kind.NUMBER).map(Double::valueOf);
        case DECIMAL ->
            of(Kind.NUMBER).map(number -> decimal().setScale(((Types.DecimalType) type).scale()));
        case STRING -> of(Kind.TEXT).map(string -> string);
        case UUID -> of(Kind.TEXT).map(UUID::fromString);
        case DATE -> of(Kind.TEXT, Kind.DATE).map(day -> LocalDate.parse(day).toString());
        case TIMESTAMP -> of(Kind.TEXT, Kind.DATE, Kind.TIMESTAMP).map(time -> time(time, type));
        default -> Optional.empty();
      };
    } catch (ArithmeticException | IllegalArgumentException | DateTimeException e) {
      // A fraction for a whole number, a day that no month has: not a value of the type.
      return Optional.empty();
    }
  }

  private Optional<String> of(Kind... kinds) {
    for (Kind one : kinds) {
      if (kind == one) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }

  private BigDecimal decimal() {
    return new BigDecimal(text);
  }

  private static Object time(String text, Type type) {
    String iso = text.strip().replace(' ', 'T');
    if (!iso.contains("T")) {
      iso = LocalDate.parse(iso).atTime(LocalTime.MIDNIGHT).toString();
    }
    boolean hasOffset = iso.matches(".*(Z|[+-]\\d\\d:\\d\\d)");
    if (!((Types.TimestampType) type).shouldAdjustToUTC()) {
      return LocalDateTime.parse(iso).toString();
    }
    return hasOffset
        ? OffsetDateTime.parse(iso).toString()
        : LocalDateTime.parse(iso).atOffset(ZoneOffset.UTC).toString();
  }
}
