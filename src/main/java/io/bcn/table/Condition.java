package io.bcn.table;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expression.Operation;
import org.apache.iceberg.expressions.Expressions;

/**
 * What a filter says of a row. A row matches where the condition is true; SQL's third truth value,
 * of comparisons with null, is no match, and neither is its negation.
 */
sealed interface Condition {
  /** How a filter's columns are known to Iceberg. */
  interface Columns {
    String name(String column);

    /** <i>Fails</i> where the literal is no value of the column's type. */
    Object value(String column, FilterValue literal);
  }

  Expression toIceberg(Columns columns);

  /** The condition that is true where this one is false. */
  Condition negated();

  /** As SQL, the same for equal conditions. */
  String sql();

  /** Both sides. */
  record And(Condition left, Condition right) implements Condition {
    @Override
    public Expression toIceberg(Columns columns) {
      return Expressions.and(left.toIceberg(columns), right.toIceberg(columns));
    }

    @Override
    public Condition negated() {
      return new Or(left.negated(), right.negated());
    }

    @Override
    public String sql() {
      return part(left) + " AND " + part(right);
    }

    private static String part(Condition condition) {
      return condition instanceof Or ? "(" + condition.sql() + ")" : condition.sql();
    }
  }

  /** Either side. */
  record Or(Condition left, Condition right) implements Condition {
    @Override
    public Expression toIceberg(Columns columns) {
      return Expressions.or(left.toIceberg(columns), right.toIceberg(columns));
    }

    @Override
    public Condition negated() {
      return new And(left.negated(), right.negated());
    }

    @Override
    public String sql() {
      return left.sql() + " OR " + right.sql();
    }
  }

  /** A column compared with a literal; LIKE as STARTS_WITH and NOT_STARTS_WITH. */
  record Compared(String column, Operation operation, FilterValue value) implements Condition {
    @Override
    public Expression toIceberg(Columns columns) {
      String name = columns.name(column);
      // To Iceberg null is less than, and unequal to, every value.
      return Expressions.and(
          Expressions.notNull(name),
          Expressions.predicate(operation, name, columns.value(column, value)));
    }

    @Override
    public Condition negated() {
      return new Compared(column, operation.negate(), value);
    }

    @Override
    public String sql() {
      String quoted = Condition.quoted(column);
      return switch (operation) {
        case STARTS_WITH -> "%s LIKE %s".formatted(quoted, prefix());
        case NOT_STARTS_WITH -> "%s NOT LIKE %s".formatted(quoted, prefix());
        default -> "%s %s %s".formatted(quoted, symbol(), value.sql());
      };
    }

    private String prefix() {
      return new FilterValue(FilterValue.Kind.TEXT, value.text() + "%").sql();
    }

    private String symbol() {
      return switch (operation) {
        case LT -> "<";
        case LT_EQ -> "<=";
        case GT -> ">";
        case GT_EQ -> ">=";
        case EQ -> "=";
        case NOT_EQ -> "<>";
        default -> throw new IllegalStateException("no comparison: " + operation);
      };
    }
  }

  /** A column among literals, or not. */
  record Among(String column, Operation operation, List<FilterValue> values) implements Condition {
    public Among {
      values = List.copyOf(values);
    }

    @Override
    public Expression toIceberg(Columns columns) {
      String name = columns.name(column);
      List<Object> literals = values.stream().map(value -> columns.value(column, value)).toList();
      return Expressions.and(
          Expressions.notNull(name), Expressions.predicate(operation, name, literals));
    }

    @Override
    public Condition negated() {
      return new Among(column, operation.negate(), values);
    }

    @Override
    public String sql() {
      return "%s %s (%s)"
          .formatted(
              Condition.quoted(column),
              operation == Operation.IN ? "IN" : "NOT IN",
              values.stream().map(FilterValue::sql).collect(Collectors.joining(", ")));
    }
  }

  /** IS NULL, IS NOT NULL. */
  record Nullness(String column, Operation operation) implements Condition {
    @Override
    public Expression toIceberg(Columns columns) {
      return Expressions.predicate(operation, columns.name(column));
    }

    @Override
    public Condition negated() {
      return new Nullness(column, operation.negate());
    }

    @Override
    public String sql() {
      return Condition.quoted(column)
          + (operation == Operation.IS_NULL ? " IS NULL" : " IS NOT NULL");
    }
  }

  private static String quoted(String column) {
    return column.matches("[\\p{L}_][\\p{L}\\p{N}_]*(\\.[\\p{L}_][\\p{L}\\p{N}_]*)*")
            && !FilterTokens.isKeyword(column)
        ? column
        : "`" + column.replace("`", "``") + "`";
  }
}
