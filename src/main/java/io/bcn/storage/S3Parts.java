package io.bcn.storage;

import io.bcn.format.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** One upload in parts, several under way at once. Not for use by more than one thread. */
final class S3Parts {
  /** After so many parts they double, for S3 takes no more than 10,000. */
  private static final int PARTS_PER_LENGTH = 1_000;

  private static final int MOST_BYTES = 1 << 30;

  private final S3Root folder;
  private final ObjectKey key;
  private final String uploadId;
  private final S3Connection connection;
  private final List<CompletableFuture<CompletedPart>> sent = new ArrayList<>();
  private boolean complete;

  private S3Parts(S3Root folder, ObjectKey key, String uploadId) {
    this.folder = folder;
    this.key = key;
    this.uploadId = uploadId;
    this.connection = folder.connection();
  }

  static S3Parts begin(S3Root folder, ObjectKey key, String token) {
    CreateMultipartUploadRequest.Builder create =
        CreateMultipartUploadRequest.builder()
            .bucket(folder.bucket())
            .key(folder.name(key))
            .checksumAlgorithm(ChecksumAlgorithm.CRC32)
            .metadata(Map.of(S3Storage.WRITER, token));
    S3Put.encryption(folder.settings()).ifPresent(create::serverSideEncryption);
    folder.settings().value(S3Settings.SSE_KEY).ifPresent(create::ssekmsKeyId);
    String uploadId =
        S3Failure.translated(
            "write object",
            folder.location(key),
            () -> folder.connection().client().createMultipartUpload(create.build()).uploadId());
    return new S3Parts(folder, key, uploadId);
  }

  /** How long the next part is to be. */
  int partLength(int firstBytes) {
    long bytes = (long) firstBytes << Math.min(sent.size() / PARTS_PER_LENGTH, 30);
    return (int) Math.min(bytes, Math.max(firstBytes, MOST_BYTES));
  }

  /** Waits for a permit, so that all writers together hold few parts. Keeps the array. */
  void send(byte[] bytes, int lengthBytes) {
    sent.stream()
        .filter(CompletableFuture::isCompletedExceptionally)
        .findFirst()
        .ifPresent(this::part);
    int number = sent.size() + 1;
    acquire();
    sent.add(
        CompletableFuture.supplyAsync(
                () -> upload(number, bytes, lengthBytes), connection.uploads())
            .whenComplete((part, failure) -> connection.permits().release()));
  }

  private void acquire() {
    try {
      connection.permits().acquire();
    } catch (InterruptedException e) {
      throw S3Failure.translate(
          "write object", folder.location(key), AbortedException.create("interrupted", e));
    }
  }

  private CompletedPart upload(int number, byte[] bytes, int lengthBytes) {
    String crc32 = S3Put.crc32(bytes, lengthBytes);
    UploadPartRequest request =
        UploadPartRequest.builder()
            .bucket(folder.bucket())
            .key(folder.name(key))
            .uploadId(uploadId)
            .partNumber(number)
            .checksumCRC32(crc32)
            .build();
    String etag = connection.client().uploadPart(request, S3Put.body(bytes, lengthBytes)).eTag();
    return CompletedPart.builder().partNumber(number).eTag(etag).checksumCRC32(crc32).build();
  }

  /**
   * Makes the object visible.
   *
   * @param isThere asks whether it is, where the store knows the upload no more: then an earlier
   *     request had done it, whose answer was lost
   */
  void complete(BooleanSupplier isThere) {
    List<CompletedPart> parts = sent.stream().map(this::part).toList();
    try {
      connection
          .client()
          .completeMultipartUpload(
              request ->
                  request
                      .bucket(folder.bucket())
                      .key(folder.name(key))
                      .uploadId(uploadId)
                      .multipartUpload(upload -> upload.parts(parts)));
    } catch (SdkException e) {
      if (!S3Failure.isNoObject(e) || !isThere.getAsBoolean()) {
        throw S3Failure.translate("write object", folder.location(key), e);
      }
    }
    complete = true;
  }

  private CompletedPart part(CompletableFuture<CompletedPart> sent) {
    try {
      return sent.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof SdkException failure) {
        throw S3Failure.translate("write object", folder.location(key), failure);
      }
      throw e;
    }
  }

  /** Waits for what is under way: a part that arrives after the abort would stay for ever. */
  void abortUnlessComplete() {
    if (complete) {
      return;
    }
    sent.forEach(part -> part.handle((done, failure) -> true).join());
    S3Uploads.abort(folder, key, uploadId);
  }
}
