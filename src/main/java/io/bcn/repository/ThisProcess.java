package io.bcn.repository;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

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
   * Where process ids mean the same processes as here: this boot of this system, and the namespace
   * of process ids that this process sees. Hosts that share a name (containers in a host's network,
   * clones of a machine) differ in it.
   *
   * <p>Empty where the system does not say it, or hides others' processes: the first process is
   * always there, and whoever does not see it may not see a holder that lives.
   */
  static Optional<String> space() {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      Path namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
      return ProcessHandle.of(1).map(first -> boot + " " + namespace);
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether the process runs in this space and is older than what it is said to have begun (ids are
   * used again).
   */
  static boolean isAlive(long processId, Instant begunAt) {
    return ProcessHandle.of(processId)
        .filter(ProcessHandle::isAlive)
        .flatMap(handle -> handle.info().startInstant().or(() -> Optional.of(Instant.MIN)))
        .filter(started -> !started.isAfter(begunAt.plusSeconds(1)))
        .isPresent();
  }
}
