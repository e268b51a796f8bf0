package io.bcn.table;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/**
 * An output file that replaces what is there, and whose writer can be abandoned.
 *
 * <p>Iceberg's writers end a file properly when they are closed, also when closed because of a
 * failure: a part of the rows would look like all of them. Closing this instead leaves bytes
 * without a footer, that no reader takes for a file. After the writer was closed, closing this does
 * nothing.
 */
final class AbandonableFile implements OutputFile, Closeable {
  private final OutputFile file;
  private final List<PositionOutputStream> streams = new ArrayList<>();

  AbandonableFile(OutputFile file) {
    this.file = file;
  }

  @Override
  public PositionOutputStream create() {
    return createOrOverwrite();
  }

  @Override
  public PositionOutputStream createOrOverwrite() {
    PositionOutputStream stream = file.createOrOverwrite();
    streams.add(stream);
    return stream;
  }

  @Override
  public String location() {
    return file.location();
  }

  @Override
  public InputFile toInputFile() {
    return file.toInputFile();
  }

  @Override
  public void close() throws IOException {
    for (PositionOutputStream stream : streams) {
      stream.close();
    }
  }
}
