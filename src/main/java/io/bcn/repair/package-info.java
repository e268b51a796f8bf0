/**
 * Taking damaged objects again from where they still are, byte for byte; and what is lost where
 * they are nowhere.
 *
 * <p>Imports {@code verify}, {@code repository}, {@code table}, {@code copy}, {@code storage},
 * {@code format} and {@code errors}. Start at {@link io.bcn.repair.ObjectRepair}. What PIT
 * manifests alone can tell is rebuilt by {@link io.bcn.repository.Repair}, without Spark.
 */
package io.bcn.repair;
