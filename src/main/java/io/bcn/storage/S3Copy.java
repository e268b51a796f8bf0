package io.bcn.storage;

import io.bcn.format.ObjectKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.TaggingDirective;

/**
 * One CopyObject: the store reads, hashes and writes.
 *
 * <p>What counts is the new object, looked up after the copy: its length, and that the store still
 * says the SHA-256 that it answered the copy with. So nothing depends on a condition on the source,
 * which not every store heeds. A copy whose answer was lost is sent again and makes the same object
 * again.
 *
 * <p>Nothing is ever deleted here: under the same key another try of the same task may have a copy
 * that is proven.
 */
record S3Copy(S3Root folder) {
  /** S3 copies no longer object in one request. */
  static final long LONGEST_BYTES = 5L << 30;

  private static final int SHA256_BYTES = 32;

  StoreCopy make(S3Source source, ObjectKey key) {
    try {
      Optional<String> answered = sha256(send(source, key));
      if (answered.isEmpty()) {
        return new StoreCopy.Declined("it gives no SHA-256 of what it copies");
      }
      HeadObjectResponse made = look(key);
      if (made.checksumSHA256() != null && !sha256(made.checksumSHA256()).equals(answered)) {
        return new StoreCopy.Declined("it says two SHA-256 of one copy");
      }
      return new StoreCopy.Made(made.contentLength(), answered.get());
    } catch (AbortedException e) {
      throw S3Failure.translate("write object", folder.location(key), e);
    } catch (SdkException e) {
      return S3Failure.isNoObject(e)
          ? new StoreCopy.NoSource()
          : new StoreCopy.Declined(S3Failure.detail(e));
    }
  }

  /** The answer's checksum, which older stores leave out. */
  private String send(S3Source source, ObjectKey key) {
    CopyObjectRequest.Builder copy =
        CopyObjectRequest.builder()
            .sourceBucket(source.bucket())
            .sourceKey(source.name())
            .destinationBucket(folder.bucket())
            .destinationKey(folder.name(key))
            .checksumAlgorithm(ChecksumAlgorithm.SHA256)
            // The table's own tags and metadata are not the object's, and need rights of their own.
            .metadataDirective(MetadataDirective.REPLACE)
            .taggingDirective(TaggingDirective.REPLACE)
            .contentType("application/octet-stream")
            .metadata(Map.of(S3Storage.WRITER, UUID.randomUUID().toString()));
    S3Put.encryption(folder.settings()).ifPresent(copy::serverSideEncryption);
    folder.settings().value(S3Settings.SSE_KEY).ifPresent(copy::ssekmsKeyId);
    return Optional.ofNullable(
            folder
                .connection()
                .client()
                .copyObject(copy.build())
                .copyObjectResult()
                .checksumSHA256())
        .orElse("");
  }

  private HeadObjectResponse look(ObjectKey key) {
    return folder
        .connection()
        .client()
        .headObject(
            head ->
                head.bucket(folder.bucket())
                    .key(folder.name(key))
                    .checksumMode(ChecksumMode.ENABLED));
  }

  /** Empty for none, and for one of parts ({@code …-3}), which is not the object's. */
  private static Optional<String> sha256(String base64) {
    try {
      byte[] digest = Base64.getDecoder().decode(base64);
      return digest.length == SHA256_BYTES
          ? Optional.of(HexFormat.of().formatHex(digest))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
