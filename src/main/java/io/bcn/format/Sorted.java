package io.bcn.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The one order in which documents hold what has none of its own, so that equal ones give equal
 * bytes. What is absent is empty; a null among the elements is refused.
 */
final class Sorted {
  private Sorted() {}

  static <T> List<T> list(List<T> list, Comparator<? super T> order) {
    if (list == null) {
      return List.of();
    }
    return list.stream().map(Objects::requireNonNull).sorted(order).toList();
  }

  static <V> Map<String, V> map(Map<String, V> map) {
    if (map == null) {
      return Map.of();
    }
    Map<String, V> sorted = new TreeMap<>(map);
    sorted.values().forEach(Objects::requireNonNull);
    return Collections.unmodifiableMap(sorted);
  }

  static Map<String, List<String>> lists(Map<String, List<String>> map) {
    Map<String, List<String>> sorted = new TreeMap<>();
    map(map).forEach((name, list) -> sorted.put(name, list(list, Comparator.naturalOrder())));
    return Collections.unmodifiableMap(sorted);
  }

  /** The same JSON with the keys of every object sorted; arrays keep their order. */
  static JsonNode json(JsonNode tree) {
    if (tree == null) {
      return JsonNodeFactory.instance.nullNode();
    }
    if (tree.isObject()) {
      ObjectNode sorted = JsonNodeFactory.instance.objectNode();
      Map<String, JsonNode> fields = new TreeMap<>();
      tree.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
      fields.forEach((name, value) -> sorted.set(name, json(value)));
      return sorted;
    }
    if (tree.isArray()) {
      ArrayNode sorted = JsonNodeFactory.instance.arrayNode();
      tree.forEach(value -> sorted.add(json(value)));
      return sorted;
    }
    return tree;
  }
}
