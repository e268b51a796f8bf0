package io.bcn.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;

/** A part of an inventory that says what no program of ours writes. */
public final class ForgedInventory {
  private ForgedInventory() {}

  /** One row, of texts that are not checked. */
  public static byte[] of(String location, String key, String kind, long lengthBytes)
      throws IOException {
    Path folder = Files.createTempDirectory("bcn-forged-");
    Path file = folder.resolve("part");
    try (ParquetWriter<Group> rows =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new Configuration(false))
            .withType(InventoryColumns.SCHEMA)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .build()) {
      rows.write(
          new SimpleGroup(InventoryColumns.SCHEMA)
              .append(InventoryColumns.LOCATION, location)
              .append(InventoryColumns.KEY, key)
              .append(InventoryColumns.KIND, kind)
              .append(InventoryColumns.LENGTH, lengthBytes)
              .append(InventoryColumns.SHA256, "0".repeat(64)));
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    Files.delete(folder);
    return bytes;
  }
}
