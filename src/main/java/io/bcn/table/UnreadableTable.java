package io.bcn.table;

import io.bcn.errors.ErrorCode;
import io.bcn.format.TableName;
import java.io.Serializable;

/**
 * A table or view that the catalog lists and whose metadata can't be read.
 *
 * @param code SOURCE_MISSING, DAMAGED, UNSUPPORTED, PERMISSION_DENIED, CREDENTIALS,
 *     STORAGE_UNAVAILABLE or FAILED
 * @param message one line, without secrets
 */
public record UnreadableTable(TableName name, ErrorCode code, String message)
    implements PinState, Serializable {

  @Override
  public boolean sameStateAs(PinState other) {
    return other instanceof UnreadableTable unreadable
        && name.equals(unreadable.name)
        && code == unreadable.code;
  }

  /**
   * Whether another look can't come to another result. Iceberg tries a metadata file that it can't
   * parse again for more than a minute, so that look is not taken; a missing one may belong to a
   * table that was just dropped.
   */
  boolean isSettled() {
    return code == ErrorCode.DAMAGED || code == ErrorCode.UNSUPPORTED;
  }
}
