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
final class S3Copy {
  /** S3 copies no longer object in one request. */
  static final long LONGEST_BYTES = 5L << 30;

  private static final int SHA256_BYTES = 32;

  private final S3Connection connection;
  private final CopyObjectRequest request;

  private S3Copy(S3Root folder, CopyObjectRequest.Builder request) {
    this.connection = folder.connection();
    this.request =
        request
            .checksumAlgorithm(ChecksumAlgorithm.SHA256)
            // The source's own tags and metadata are not the copy's, and need rights of their own.
            .metadataDirective(MetadataDirective.REPLACE)
            .taggingDirective(TaggingDirective.REPLACE)
            .contentType("application/octet-stream")
            .build();
  }

  /** Of a table's file, as an object of the repository. */
  static S3Copy into(S3Root folder, S3Address source, ObjectKey key) {
    CopyObjectRequest.Builder request =
        between(source.bucket(), source.name(), folder.bucket(), folder.name(key))
            .metadata(Map.of(S3Storage.WRITER, UUID.randomUUID().toString()));
    S3Put.encryption(folder.settings()).ifPresent(request::serverSideEncryption);
    folder.settings().value(S3Settings.SSE_KEY).ifPresent(request::ssekmsKeyId);
    return new S3Copy(folder, request);
  }

  /**
   * Of an object of the repository, as a table's file: encrypted as the table's bucket says, for
   * the repository's key is not the table's.
   */
  static S3Copy outOf(S3Root folder, ObjectKey key, S3Address target) {
    return new S3Copy(
        folder, between(folder.bucket(), folder.name(key), target.bucket(), target.name()));
  }

  private static CopyObjectRequest.Builder between(
      String sourceBucket, String sourceName, String bucket, String name) {
    return CopyObjectRequest.builder()
        .sourceBucket(sourceBucket)
        .sourceKey(sourceName)
        .destinationBucket(bucket)
        .destinationKey(name);
  }

  StoreCopy make() {
    try {
      // Older stores leave the checksum out.
      Optional<String> answered =
          sha256(connection.client().copyObject(request).copyObjectResult().checksumSHA256());
      if (answered.isEmpty()) {
        return new StoreCopy.Declined("it gives no SHA-256 of what it copies");
      }
      HeadObjectResponse made = look();
      if (made.checksumSHA256() != null && !sha256(made.checksumSHA256()).equals(answered)) {
        return new StoreCopy.Declined("it says two SHA-256 of one copy");
      }
      return new StoreCopy.Made(made.contentLength(), answered.get());
    } catch (AbortedException e) {
      throw S3Failure.translate("write object", location(), e);
    } catch (SdkException e) {
      return S3Failure.isNoObject(e)
          ? new StoreCopy.NoSource()
          : new StoreCopy.Declined(S3Failure.detail(e));
    }
  }

  private HeadObjectResponse look() {
    return connection
        .client()
        .headObject(
            head ->
                head.bucket(request.destinationBucket())
                    .key(request.destinationKey())
                    .checksumMode(ChecksumMode.ENABLED));
  }

  private String location() {
    return StorageLocation.S3 + request.destinationBucket() + "/" + request.destinationKey();
  }

  /** Empty for none, and for one of parts ({@code …-3}), which is not the object's. */
  private static Optional<String> sha256(String base64) {
    if (base64 == null) {
      return Optional.empty();
    }
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
