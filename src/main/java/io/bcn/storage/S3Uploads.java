package io.bcn.storage;

import io.bcn.format.ObjectKey;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/**
 * Uploads in parts that nobody has completed: running ones, and what dead processes left, which the
 * store keeps, and counts, until they are aborted.
 *
 * <p>Their keys are {@code .tmp/<upload id>/<key>}; deleting one aborts it.
 */
final class S3Uploads {
  private S3Uploads() {}

  static Stream<ObjectStat> unfinished(S3Root folder) {
    S3Client client = folder.connection().client();
    return S3Listing.translated(
        folder.location(Storage.STAGED),
        () ->
            client
                .listMultipartUploadsPaginator(
                    list ->
                        list.bucket(folder.bucket())
                            .prefix(folder.folder().isEmpty() ? "" : folder.folder() + "/"))
                .uploads(),
        upload -> stat(folder, upload));
  }

  private static Optional<ObjectStat> stat(S3Root folder, MultipartUpload upload) {
    String key = Storage.STAGED + "/" + upload.uploadId() + "/";
    return folder
        .key(upload.key())
        .filter(object -> ObjectKey.isPlain(key + object))
        .map(object -> new ObjectStat(ObjectKey.of(key + object), 0, upload.initiated()));
  }

  static boolean isUnfinished(ObjectKey key) {
    return key.value().startsWith(Storage.STAGED + "/");
  }

  /** One that has ended meanwhile is no error. */
  static void abort(S3Root folder, ObjectKey staged) {
    String[] parts = staged.value().split("/", 3);
    if (parts.length == 3) {
      abort(folder, ObjectKey.of(parts[2]), parts[1]);
    }
  }

  static void abort(S3Root folder, ObjectKey key, String uploadId) {
    try {
      folder
          .connection()
          .client()
          .abortMultipartUpload(
              abort -> abort.bucket(folder.bucket()).key(folder.name(key)).uploadId(uploadId));
    } catch (SdkException e) {
      if (!S3Failure.isNoObject(e)) {
        throw S3Failure.translate("delete object", folder.location(key), e);
      }
    }
  }
}
