package io.bcn.storage;

import io.bcn.format.ObjectKey;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** One PUT of a whole object, with a checksum that the store compares. */
record S3Put(S3Root folder, PutObjectRequest.Builder request) {

  static S3Put of(S3Root folder, ObjectKey key, String token) {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(folder.bucket())
            .key(folder.name(key))
            .metadata(Map.of(S3Storage.WRITER, token));
    encryption(folder.settings()).ifPresent(request::serverSideEncryption);
    folder.settings().value(S3Settings.SSE_KEY).ifPresent(request::ssekmsKeyId);
    return new S3Put(folder, request);
  }

  static Optional<ServerSideEncryption> encryption(S3Settings settings) {
    return settings
        .value(S3Settings.SSE_TYPE)
        .filter(type -> !type.equals("none"))
        .map(
            type ->
                switch (type) {
                  case "s3" -> ServerSideEncryption.AES256;
                  case "kms" -> ServerSideEncryption.AWS_KMS;
                  default -> ServerSideEncryption.fromValue("aws:kms:dsse");
                });
  }

  /** The header itself, which an SDK without a name for it sends as well. */
  S3Put onlyIfAbsent() {
    return new S3Put(
        folder,
        request.overrideConfiguration(override -> override.putHeader("If-None-Match", "*")));
  }

  boolean send(byte[] bytes, int lengthBytes) {
    PutObjectRequest put = request.checksumCRC32(crc32(bytes, lengthBytes)).build();
    folder.connection().client().putObject(put, body(bytes, lengthBytes));
    return true;
  }

  static RequestBody body(byte[] bytes, int lengthBytes) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes, 0, lengthBytes),
        lengthBytes,
        "application/octet-stream");
  }

  static String crc32(byte[] bytes, int lengthBytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, lengthBytes);
    byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(value);
  }
}
