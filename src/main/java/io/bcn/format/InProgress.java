package io.bcn.format;

import java.time.Instant;
import java.util.Optional;

/**
 * {@code .in_progress}: a backup claims its PIT. Present until the commit.
 *
 * @param token tells this claim from any other of the same run
 * @param processId the holder's process on {@code host}, so that a dead one on the same host is
 *     seen at once
 * @param processSpace where that id means one process: a boot of a system, and a namespace of its
 *     process ids; empty where the holder can't tell, and by an older program
 * @param leaseUntil renewed while the holder lives; by the holder's clock
 */
public record InProgress(
    String version,
    Instant pitTimestamp,
    String runId,
    String token,
    String host,
    long processId,
    Optional<String> processSpace,
    Instant startedAt,
    Instant leaseUntil) {
  public InProgress {
    Documents.required(version, "version");
    Documents.required(pitTimestamp, "pit_timestamp");
    Documents.required(runId, "run_id");
    Documents.required(token, "token");
    Documents.required(host, "host");
    processSpace = processSpace == null ? Optional.empty() : processSpace;
    Documents.required(startedAt, "started_at");
    Documents.required(leaseUntil, "lease_until");
  }

  public InProgress renewedUntil(Instant until) {
    return new InProgress(
        version, pitTimestamp, runId, token, host, processId, processSpace, startedAt, until);
  }
}
