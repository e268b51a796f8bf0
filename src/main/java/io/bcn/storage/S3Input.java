package io.bcn.storage;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import io.bcn.format.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object's bytes. A connection that breaks, or ends too early, is opened again where it ended,
 * on the same version of the object.
 *
 * <p><i>Fails</i> with DAMAGED where there is no object, STORAGE_UNAVAILABLE where it keeps
 * breaking without a byte of progress.
 */
final class S3Input extends InputStream {
  private final S3Root folder;
  private final ObjectKey key;
  private final long lengthBytes;
  private final String etag;
  private ResponseInputStream<GetObjectResponse> body;
  private long position;
  private int breaks;

  S3Input(S3Root folder, ObjectKey key) {
    this.folder = folder;
    this.key = key;
    this.body = request();
    this.lengthBytes = body.response().contentLength();
    this.etag = body.response().eTag();
  }

  private ResponseInputStream<GetObjectResponse> request() {
    GetObjectRequest.Builder get =
        GetObjectRequest.builder().bucket(folder.bucket()).key(folder.name(key));
    if (position > 0) {
      get.range("bytes=" + position + "-").ifMatch(etag);
    }
    try {
      return folder.connection().client().getObject(get.build());
    } catch (SdkException e) {
      if (S3Failure.isNoObject(e)) {
        throw LocalStorage.missing(folder.location(key));
      }
      throw S3Failure.translate("read object", folder.location(key), e);
    }
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    while (position < lengthBytes) {
      int read = readOnce(bytes, offset, count);
      if (read > 0) {
        position += read;
        breaks = 0;
        return read;
      }
    }
    return -1;
  }

  /** Nothing read means: opened again. */
  private int readOnce(byte[] bytes, int offset, int count) {
    try {
      int read = body.read(bytes, offset, count);
      if (read > 0) {
        return read;
      }
      reopen(new IOException("%d of %d bytes came".formatted(position, lengthBytes)));
    } catch (IOException e) {
      reopen(e);
    } catch (SdkException e) {
      reopen(new IOException(S3Failure.detail(e), e));
    }
    return 0;
  }

  private void reopen(IOException broken) {
    body.abort();
    breaks++;
    if (breaks > folder.settings().retries()) {
      throw new BcnException(
          ErrorCode.STORAGE_UNAVAILABLE,
          "Cannot read object '%s': the connection keeps breaking (%s)"
              .formatted(folder.location(key), broken.getMessage()),
          "Check the network and whether the store is up, then run the same command again.",
          broken);
    }
    body = request();
  }

  @Override
  public int available() throws IOException {
    return body.available();
  }

  /** Without reading the rest, which may be gigabytes. */
  @Override
  public void close() {
    body.abort();
  }
}
