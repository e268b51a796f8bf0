package io.bcn.it;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An engine that makes and changes tables, all with the columns id, word and part at first. */
interface TableWriter {

  /** A new table. */
  record Shape(
      int version,
      String format,
      String deleteFormat,
      boolean partitioned,
      Map<String, String> properties,
      Optional<String> location) {
    static Shape version(int version) {
      return new Shape(version, "parquet", "parquet", false, Map.of(), Optional.empty());
    }

    Shape format(String data) {
      return new Shape(version, data, deleteFormat, partitioned, properties, location);
    }

    Shape deletes(String deletes) {
      return new Shape(version, format, deletes, partitioned, properties, location);
    }

    Shape byPart() {
      return new Shape(version, format, deleteFormat, true, properties, location);
    }

    Shape with(String key, String value) {
      Map<String, String> more = new TreeMap<>(properties);
      more.put(key, value);
      return new Shape(version, format, deleteFormat, partitioned, more, location);
    }

    Shape at(String place) {
      return new Shape(version, format, deleteFormat, partitioned, properties, Optional.of(place));
    }

    /** With what makes deletes files of their own, where the version has them. */
    Map<String, String> allProperties() {
      Map<String, String> all = new TreeMap<>(properties);
      all.put("format-version", String.valueOf(version));
      all.put("write.format.default", format);
      all.put("write.delete.format.default", deleteFormat);
      all.put("write.distribution-mode", "none");
      all.putIfAbsent("write.delete.granularity", "partition");
      all.put("write.delete.mode", version == 1 ? "copy-on-write" : "merge-on-read");
      return all;
    }
  }

  /** What the writer is called, and the database that it writes to. */
  String name();

  void create(String table, Shape shape);

  /** One commit with the rows of these ids, both included: one data file a partition. */
  void append(String table, String part, long from, long to);

  /** One commit that removes these rows. */
  void delete(String table, long... ids);
}
