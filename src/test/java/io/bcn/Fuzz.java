package io.bcn;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * A property that is tried in two sizes: the larger with {@code -Dbcn.full=true}. A failure prints
 * its seed and the smallest input that fails; {@code -Dbcn.seed=N} repeats it.
 */
@Property(edgeCases = EdgeCasesMode.NONE)
@AddLifecycleHook(Fuzz.Sizes.class)
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Fuzz {
  /** Tries of each run: too few for all combinations of edge cases, which would come first. */
  int sample();

  /** Tries of the full run. */
  int full();

  /** Takes both numbers from where an annotation can't: the command line. */
  final class Sizes implements AroundPropertyHook {
    @Override
    public PropertyExecutionResult aroundProperty(
        PropertyLifecycleContext context, PropertyExecutor property) {
      Fuzz sizes = context.findAnnotation(Fuzz.class).orElseThrow();
      context.attributes().setTries(Boolean.getBoolean("bcn.full") ? sizes.full() : sizes.sample());
      Optional.ofNullable(System.getProperty("bcn.seed")).ifPresent(context.attributes()::setSeed);
      return property.execute();
    }
  }
}
