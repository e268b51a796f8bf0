package io.bcn.storage;

import io.bcn.it.S3Server;
import org.junit.jupiter.api.condition.EnabledIf;

/** On a real S3 server in this JVM. */
@EnabledIf(value = S3Server.CAN_RUN, disabledReason = S3Server.WHY_NOT)
class S3StorageTest extends StorageContract {
  private static final S3Server SERVER = S3Server.shared();

  @Override
  protected Storage newStorage() {
    return StorageLocation.parse("s3a://" + SERVER.newBucket() + "/repos/one")
        .open(SERVER.icebergProperties());
  }

  @Override
  protected int races() {
    return 5;
  }
}
