package io.bcn.cli;

import io.bcn.errors.BcnException;
import io.bcn.format.ObjectKey;
import io.bcn.storage.StorageLocation;
import java.util.Map;

/** Where {@code --result-file} says: an object in a folder of any storage. */
record ResultFile(StorageLocation folder, ObjectKey name) {

  /** Reads what the user gave. <i>Fails</i> with USAGE where it is no file's name in a folder. */
  static ResultFile parse(String text) {
    int slash = text.lastIndexOf('/');
    String name = text.substring(slash + 1);
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\\') >= 0) {
      throw UsageProblem.of(
          "Cannot use result file '%s': it ends without a file's name".formatted(text),
          "Give a file in a folder, like /var/log/bcn/result.json.");
    }
    String folder = slash < 0 ? "." : text.substring(0, Math.max(slash, 1));
    return new ResultFile(StorageLocation.parse(folder), ObjectKey.of(name));
  }

  /** Puts the bytes in place of whatever is there. */
  void write(byte[] bytes, Map<String, String> storageSettings) {
    try {
      folder.open(storageSettings).replace(name, bytes);
    } catch (BcnException e) {
      throw new BcnException(
          e.code(),
          "Cannot write result file '%s/%s': %s".formatted(folder, name, e.getMessage()),
          e.hint(),
          e);
    }
  }
}
