package io.bcn.repository;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;

/** Who holds a claim: this process on this host. */
final class ThisProcess {
  private ThisProcess() {}

  static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown-host-" + id();
    }
  }

  static long id() {
    return ProcessHandle.current().pid();
  }

  /**
   * Whether the process runs on this host and is older than what it is said to have begun (ids are
   * used again).
   */
  static boolean isAlive(long processId, Instant begunAt) {
    return ProcessHandle.of(processId)
        .filter(ProcessHandle::isAlive)
        .flatMap(
            handle -> handle.info().startInstant().or(() -> java.util.Optional.of(Instant.MIN)))
        .filter(started -> !started.isAfter(begunAt.plusSeconds(1)))
        .isPresent();
  }
}
