package io.bcn.format;

/** How much of a catalog a repository backs up; fixed when the repository is created. */
public enum Granularity {
  CATALOG,
  DATABASE,
  TABLE
}
