package dev.agentkernel.app.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;

/** What no class of this project does, wherever it stands. */
final class CodingRules {

    private CodingRules() {}

    static ArchRule constructorsInject(String root) {
        return noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage(root + "..")
                .should()
                .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
                .orShould()
                .beAnnotatedWith("org.springframework.beans.factory.annotation.Value")
                .orShould()
                .beAnnotatedWith("jakarta.annotation.Resource")
                .orShould()
                .beAnnotatedWith("jakarta.inject.Inject")
                .orShould()
                .beAnnotatedWith("jakarta.persistence.PersistenceContext")
                .because("an object that exists is complete, and a test builds it without a container");
    }

    /** What a record or an enum constant keeps is what its accessor returns, so an Optional may stand there. */
    static ArchRule optionalIsNeverAField(String root) {
        return noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage(root + "..")
                .and()
                .areDeclaredInClassesThat()
                .areNotRecords()
                .and()
                .areDeclaredInClassesThat()
                .areNotEnums()
                .should()
                .haveRawType(Optional.class)
                .because("Optional is for returns; what may be absent is a @Nullable field that NullAway checks");
    }

    static ArchRule classNamesSayWhatTheyAre(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .haveNameMatching(".*(Manager|Impl|Helper|Helpers|Util|Utils|Utility|Dto|DTO)([$].*)?")
                .because("a role or a domain plural says what a class is for, and these endings do not");
    }

    static ArchRule packagesAreFeatures(String root) {
        return noClasses()
                .should()
                .resideInAnyPackage(
                        root + "..util..",
                        root + "..utils..",
                        root + "..common..",
                        root + "..helper..",
                        root + "..impl..",
                        root + "..model..",
                        root + "..dto..")
                .because("a package is a feature; a drawer for leftovers grows without end");
    }

    static ArchRule packagesAreNullMarked(String root) {
        return classes()
                .that()
                .resideInAPackage(root + "..")
                .should(resideInANullMarkedPackage())
                .because("NullAway checks only what is marked");
    }

    static ArchRule nothingSleeps(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .callMethodWhere(describe("sleeps", CodingRules::sleeps))
                .because("a sleeping thread wakes too late or too early and cannot be stopped; wait on a signal");
    }

    static ArchRule nothingPrints(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackage("..cli..")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .because("what a server has to say belongs into its log; a command line tool lives in a package cli");
    }

    static ArchRule loggingIsSlf4j(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..", "ch.qos.logback..")
                .because("the application alone chooses what is behind the logging interface");
    }

    static ArchRule timeComesFromOutside(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackages(root + ".app..")
                .should()
                .callMethodWhere(describe("reads the wall clock", CodingRules::readsTheWallClock))
                .because("time is an injected InstantSource, so that a test can move it");
    }

    private static boolean sleeps(JavaCall<?> call) {
        JavaClass owner = call.getTargetOwner();
        return call.getName().equals("sleep")
                && (owner.isEquivalentTo(Thread.class) || owner.isEquivalentTo(TimeUnit.class));
    }

    private static boolean readsTheWallClock(JavaCall<?> call) {
        JavaClass owner = call.getTargetOwner();
        String method = call.getName();
        if (owner.isEquivalentTo(System.class)) {
            return method.equals("currentTimeMillis");
        }
        if (owner.isEquivalentTo(Clock.class) || owner.isEquivalentTo(InstantSource.class)) {
            return Set.of("system", "systemUTC", "systemDefaultZone").contains(method);
        }
        boolean clockGiven =
                call.getTarget().getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Clock.class));
        return owner.getPackageName().equals("java.time") && method.equals("now") && !clockGiven;
    }

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package that is @NullMarked by its package-info.java") {
            @Override
            public void check(JavaClass candidate, ConditionEvents events) {
                boolean marked = candidate.getPackage().isAnnotatedWith(NullMarked.class);
                String message = "%s: package %s %s @NullMarked"
                        .formatted(candidate.getName(), candidate.getPackageName(), marked ? "is" : "is not");
                events.add(new SimpleConditionEvent(candidate, marked, message));
            }
        };
    }
}
