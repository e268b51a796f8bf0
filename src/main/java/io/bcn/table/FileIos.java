package io.bcn.table;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.encryption.EncryptingFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.StorageCredential;
import org.apache.iceberg.io.SupportsStorageCredentials;
import org.apache.iceberg.util.SerializationUtil;

/**
 * The distinct {@link FileIO}s of many tables, to be sent to executors: broadcast it once and use
 * {@link #at} there.
 *
 * <p>Hands out copies, never the catalog's own instances: REST and Glue close a table's FileIO once
 * the table is garbage. A copy is made once per JVM and shared by its threads; the {@value
 * #MOST_LIVE} last used ones are kept. Never close one.
 *
 * <p><i>Shape</i>: one entry for most catalogs; one for each table where a REST catalog vends
 * credentials, which expire, or where tables are encrypted. The entries hold credentials: not to be
 * printed or stored.
 */
public final class FileIos implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_LIVE = 256;

  private static final Map<Key, FileIO> LIVE =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, FileIO> eldest) {
          return size() > MOST_LIVE;
        }
      };

  private final String id;
  private final ArrayList<byte[]> serialized;

  private FileIos(List<byte[]> serialized) {
    this.id = UUID.randomUUID().toString();
    this.serialized = new ArrayList<>(serialized);
  }

  private record Key(String id, int index) {}

  /** This JVM's copy of the FileIO. */
  public FileIO at(int index) {
    byte[] bytes = serialized.get(index);
    synchronized (LIVE) {
      return LIVE.computeIfAbsent(
          new Key(id, index), key -> SerializationUtil.deserializeFromBytes(bytes));
    }
  }

  public int size() {
    return serialized.size();
  }

  /** Collects FileIOs while tables are loaded. Safe for many threads. */
  static final class Collecting {
    private final IdentityHashMap<FileIO, Integer> seen = new IdentityHashMap<>();
    private final Map<Likeness, Integer> alike = new LinkedHashMap<>();
    private final List<byte[]> serialized = new ArrayList<>();
    private FileIos collected = new FileIos(List.of());

    /** The index of this FileIO, or of one that is the same but for its identity. */
    synchronized int indexOf(FileIO io) {
      if (io instanceof EncryptingFileIO) {
        // Its keys are the table's own, and no property tells them apart.
        return add(io);
      }
      Integer known = seen.get(io);
      if (known != null) {
        return known;
      }
      int index;
      try {
        index = alike.computeIfAbsent(Likeness.of(io), any -> add(io));
      } catch (UnsupportedOperationException saysNothingOfItself) {
        index = add(io);
      }
      if (seen.size() < MOST_LIVE) {
        seen.put(io, index);
      }
      return index;
    }

    private int add(FileIO io) {
      serialized.add(SerializationUtil.serializeToBytes(io));
      return serialized.size() - 1;
    }

    /** Those so far; the same object again while there are no more, so that copies are shared. */
    synchronized FileIos collected() {
      if (collected.size() != serialized.size()) {
        collected = new FileIos(serialized);
      }
      return collected;
    }
  }

  /** What two FileIOs of one catalog have in common when either can stand for the other. */
  private record Likeness(
      Class<?> type, Map<String, String> properties, List<StorageCredential> credentials) {
    static Likeness of(FileIO io) {
      return new Likeness(
          io.getClass(),
          Map.copyOf(io.properties()),
          io instanceof SupportsStorageCredentials vended
              ? List.copyOf(vended.credentials())
              : List.of());
    }
  }
}
