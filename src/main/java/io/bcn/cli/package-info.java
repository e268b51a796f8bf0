/**
 * The command line: arguments become a request, what comes back is printed. No logic of backups.
 *
 * <p>May import everything, imported by nothing; the only package that knows commons-cli. {@link
 * io.bcn.cli.Bcn} is the edge: the one place that catches everything, prints, and ends the process.
 * Start there, then at {@link io.bcn.cli.Command} and {@link io.bcn.cli.Commands}.
 */
package io.bcn.cli;
