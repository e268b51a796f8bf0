package io.bcn.table;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.inmemory.InMemoryInputFile;
import org.apache.iceberg.io.InputFile;

/** Files in memory, its own in each instance: all of Iceberg's share one map. */
final class MemoryFiles extends InMemoryFileIO {
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();

  @Override
  public void addFile(String location, byte[] contents) {
    files.put(location, contents);
  }

  @Override
  public boolean fileExists(String location) {
    return files.containsKey(location);
  }

  byte[] bytes(String location) {
    return Optional.ofNullable(files.get(location))
        .orElseThrow(() -> new NotFoundException("no file '%s'", location));
  }

  @Override
  public InputFile newInputFile(String location) {
    return new InMemoryInputFile(location, bytes(location));
  }
}
