package io.bcn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.table.LocationMapping.Root;
import io.bcn.table.RewrittenDeletes.DvBlob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.puffin.Blob;
import org.apache.iceberg.puffin.BlobMetadata;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinCompressionCodec;
import org.apache.iceberg.puffin.PuffinReader;
import org.apache.iceberg.puffin.PuffinWriter;
import org.apache.iceberg.util.Pair;
import org.junit.jupiter.api.Test;

class DeletionVectorsTest {
  private static final String SOURCE = "mem:/w/t/d.puffin";
  private static final String TARGET = "mem:/n/a longer place/t/d.puffin";
  private static final LocationMapping MAPPING =
      new LocationMapping(List.of(new Root("mem:/w/t", "mem:/n/a longer place/t")), "mem:/n/ext");

  private final MemoryFiles io = new MemoryFiles();

  @Test
  void onlyTheDataFileOfEachVectorChanges() throws IOException {
    write(
        vector("mem:/w/t/1", "first"),
        vector("mem:/w/t/2", "second, longer"),
        new Blob(
            "from-the-future",
            List.of(1, 2),
            7,
            8,
            bytes("third".repeat(100)),
            PuffinCompressionCodec.ZSTD,
            Map.of("note", "mem:/w/t stays")));

    relocate();

    assertThat(read(TARGET).toString())
        .isEqualTo(
            read(SOURCE).toString().replace("file=mem:/w/t/", "file=mem:/n/a longer place/t/"));
    assertThat(read(TARGET)).hasSize(3);
    try (PuffinReader reader = Puffin.read(io.newInputFile(TARGET)).build()) {
      assertThat(reader.fileMetadata().properties())
          .containsEntry("created-by", "a test")
          .containsEntry("a", "b")
          .hasSize(2);
    }
  }

  @Test
  void theWrittenFileSaysWhereEachVectorLies() throws IOException {
    write(vector("mem:/w/t/1", "first"), vector("mem:/w/t/2", "second"));
    relocate();

    TargetDeletes deletes = new TargetDeletes(io);

    assertThat(deletes.lengthBytes(TARGET)).isEqualTo(io.newInputFile(TARGET).getLength());
    assertThat(deletes.deletionVector(TARGET, "mem:/n/a longer place/t/1"))
        .isEqualTo(new DvBlob(4, 5));
    assertThat(deletes.deletionVector(TARGET, "mem:/n/a longer place/t/2"))
        .isEqualTo(new DvBlob(9, 6));
    assertThatThrownBy(() -> deletes.deletionVector(TARGET, "mem:/w/t/1"))
        .isInstanceOf(BcnException.class)
        .hasMessage(
            "Cannot read Puffin file '%s': it holds no deletion vector for 'mem:/w/t/1'"
                .formatted(TARGET));
  }

  @Test
  void aDeleteFileThatIsNotThereYetIsNamed() {
    TargetDeletes deletes = new TargetDeletes(io);

    assertThatThrownBy(() -> deletes.lengthBytes(TARGET))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED))
        .hasMessage(
            "Cannot relocate a manifest that holds delete file '%s': the file is not there"
                .formatted(TARGET));
  }

  @Test
  void twoVectorsForOneDataFileAreDamage() throws IOException {
    write(vector("mem:/w/t/1", "first"), vector("mem:/w/t/1", "second"));
    TargetDeletes deletes = new TargetDeletes(io);

    assertThatThrownBy(() -> deletes.deletionVector(SOURCE, "mem:/w/t/1"))
        .isInstanceOfSatisfying(
            BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
        .hasMessage(
            "Cannot read Puffin file '%s': it holds two deletion vectors for 'mem:/w/t/1'"
                .formatted(SOURCE));
  }

  @Test
  void aVectorWithoutADataFileIsDamageAndLeavesNothingThatCouldBeRead() throws IOException {
    write(
        vector("mem:/w/t/1", "first"),
        new Blob("deletion-vector-v1", List.of(2147483645), -1, -1, bytes("x"), null, Map.of()));

    assertThatThrownBy(this::relocate)
        .isInstanceOf(BcnException.class)
        .hasMessage(
            "Cannot read Puffin file '%s': a deletion vector names no data file".formatted(SOURCE));
    assertThatThrownBy(() -> read(TARGET)).hasMessageContaining("Invalid file");
  }

  @Test
  void aCutFileIsDamage() throws IOException {
    write(vector("mem:/w/t/1", "first"));
    byte[] whole;
    try (var in = io.newInputFile(SOURCE).newStream()) {
      whole = in.readAllBytes();
    }
    for (int length = 0; length < whole.length; length++) {
      io.addFile(SOURCE + length, Arrays.copyOf(whole, length));
      String cut = SOURCE + length;
      assertThatThrownBy(
              () ->
                  DeletionVectors.relocate(io.newInputFile(cut), io.newOutputFile(TARGET), MAPPING))
          .as("cut to %d of %d bytes", length, whole.length)
          .isInstanceOfSatisfying(
              BcnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED))
          .hasMessageStartingWith("Cannot read Puffin file '" + cut + "': ");
    }
  }

  private void relocate() throws IOException {
    DeletionVectors.relocate(io.newInputFile(SOURCE), io.newOutputFile(TARGET), MAPPING);
  }

  private void write(Blob... blobs) throws IOException {
    try (PuffinWriter writer =
        Puffin.write(io.newOutputFile(SOURCE)).createdBy("a test").set("a", "b").build()) {
      for (Blob blob : blobs) {
        writer.write(blob);
      }
    }
  }

  private static Blob vector(String dataFile, String payload) {
    return new Blob(
        "deletion-vector-v1",
        List.of(2147483645),
        -1,
        -1,
        bytes(payload),
        null,
        Map.of("referenced-data-file", dataFile, "cardinality", "3"));
  }

  private static ByteBuffer bytes(String text) {
    return StandardCharsets.UTF_8.encode(text);
  }

  private List<String> read(String location) throws IOException {
    List<String> blobs = new ArrayList<>();
    try (PuffinReader reader = Puffin.read(io.newInputFile(location)).build()) {
      for (Pair<BlobMetadata, ByteBuffer> blob : reader.readAll(reader.fileMetadata().blobs())) {
        BlobMetadata meta = blob.first();
        blobs.add(
            "%s %s %d %d %d %d %s %s %s"
                .formatted(
                    meta.type(),
                    meta.inputFields(),
                    meta.snapshotId(),
                    meta.sequenceNumber(),
                    meta.offset(),
                    meta.length(),
                    meta.compressionCodec(),
                    new java.util.TreeMap<>(meta.properties()),
                    StandardCharsets.UTF_8.decode(blob.second())));
      }
    }
    return blobs;
  }
}
