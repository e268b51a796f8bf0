package io.bcn;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The layers: who may import whom, and which package alone knows a library. */
class ArchitectureTest {
  // ArchUnit's own DoNotIncludeTests does not know the folder of the profile spark35.
  private static final JavaClasses BCN =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("io.bcn");

  @ParameterizedTest(name = "{0} imports of io.bcn only: {1}")
  @CsvSource(
      value = {
        "errors, ''",
        "format, errors",
        "storage, format errors",
        "copy, storage format errors",
        "table, format errors storage copy",
        "repository, format storage errors",
        "retention, format storage errors copy repository",
        "verify, format storage errors copy repository table",
        "repair, format storage errors copy repository table verify",
      })
  void aLowerLayerKnowsOnlyTheLayersBelowIt(String layer, String below) {
    String[] allowed = packages((layer + " " + below).trim());
    check(
        classes()
            .that()
            .resideInAPackage("io.bcn." + layer + "..")
            .should()
            .onlyDependOnClassesThat(
                resideOutsideOfPackage("io.bcn..").or(resideInAnyPackage(allowed))));
  }

  @ParameterizedTest(name = "{0} is known only to: {1}")
  @CsvSource({
    "org.apache.spark.., cli table copy repository backup restore verify retention repair",
    "org.apache.iceberg.., table copy",
    "org.apache.commons.cli.., cli",
    "com.fasterxml.., format cli table",
    "software.amazon.awssdk.., storage",
    "org.apache.hadoop.conf.., storage table repository",
    "org.apache.hadoop.fs.., storage",
  })
  void aLibraryIsKnownOnlyToThePackagesThatOwnIt(String library, String owners) {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(packages(owners))
            .should()
            .dependOnClassesThat(resideInAPackage(library)));
  }

  @Test
  void backupAndRestoreNeverImportEachOther() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.bcn.backup..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.bcn.restore..")));
    check(
        noClasses()
            .that()
            .resideInAPackage("io.bcn.restore..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.bcn.backup..")));
  }

  @Test
  void nothingImportsTheCommandLine() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.bcn.cli..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.bcn.cli..")));
  }

  @Test
  @DisplayName("only io.bcn.cli.Bcn ends the JVM")
  void onlyTheMainClassEndsTheJvm() {
    ArchRule rule =
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.bcn.cli.Bcn")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);
    check(rule);
  }

  /** A package may not exist yet, or hold nothing that a rule speaks of. */
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(BCN);
  }

  private static String[] packages(String names) {
    return Arrays.stream(names.split(" ")).map(n -> "io.bcn." + n + "..").toArray(String[]::new);
  }
}
