package org.trestle.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** The rules that hold in every module. */
public final class House {
    private final JavaClasses main;
    private final JavaClasses all;

    private House(String root) {
        main = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(new ImportOption.DoNotIncludeJars())
                .importPackages(root);
        all = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeJars())
                .importPackages(root);
    }

    /** The classes below a package, of the module whose test calls this. */
    public static House of(String root) {
        return new House(root);
    }

    /** No two packages import each other, over any number of steps. */
    public House hasNoCycles() {
        return holds(slices().matching("org.trestle.(**)").should().beFreeOfCycles());
    }

    /** Nobody sleeps, in tests either: time is simulated, and real processes are awaited by what they say. */
    public House neverSleeps() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class)
                .allowEmptyShould(true)
                .check(all);
        return this;
    }

    /** Nobody waits for a future, except in the given packages. */
    public House neverBlocks(String... except) {
        return holds(noClasses()
                .that()
                .resideOutsideOfPackages(except)
                .should()
                .callMethod(Future.class, "get")
                .orShould()
                .callMethod(CompletableFuture.class, "get")
                .orShould()
                .callMethod(CompletableFuture.class, "join"));
    }

    /** Locks are named objects or lock-free; a synchronized method shows its lock to the world. */
    public House hasNoSynchronizedMethods() {
        return holds(ArchRuleDefinition.noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED));
    }

    /** Classes of {@code from} import nothing of {@code to}. */
    public House keepsOut(String to, String... from) {
        return holds(noClasses()
                .that()
                .resideInAnyPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to));
    }

    /** Only classes of {@code only} import {@code what}. */
    public House confines(String what, String... only) {
        return holds(noClasses()
                .that()
                .resideOutsideOfPackages(only)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(what));
    }

    /** Any other rule, on the main classes. */
    public House holds(ArchRule rule) {
        rule.allowEmptyShould(true).check(main);
        return this;
    }
}
