package io.bcn.verify;

import io.bcn.format.PitId;
import java.io.Serializable;

/** A PIT with the digest of its manifest's bytes. */
record PitRef(PitId pit, String sha256) implements Serializable {}
