package io.bcn.cli;

/** One verb. A new one is a class here and a line in {@link Commands#all}. */
interface Command {

  /** Its name, flags and help. */
  Usage usage();

  /**
   * Does it.
   *
   * <p><i>Fails</i> with a {@link io.bcn.errors.BcnException}; anything else is a defect.
   */
  Result run(Invocation invocation);
}
