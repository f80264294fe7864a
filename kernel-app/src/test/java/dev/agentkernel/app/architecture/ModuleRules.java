package dev.agentkernel.app.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;

/** What each module may know of the others and of the libraries. */
final class ModuleRules {

    private static final String[] DATABASE_PACKAGES = {
        "java.sql..",
        "javax.sql..",
        "jakarta.persistence..",
        "com.zaxxer.hikari..",
        "org.flywaydb..",
        "org.h2..",
        "org.hibernate..",
        "org.postgresql..",
        "org.springframework.data..",
        "org.springframework.jdbc..",
        "org.springframework.orm..",
    };

    private ModuleRules() {}

    static ArchRule coreIsPlainJava(String root) {
        return classes()
                .that()
                .resideInAPackage(root + ".core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        root + ".core..",
                        "java..",
                        "javax.crypto..",
                        "com.github.benmanes.caffeine..",
                        "com.github.f4b6a3.uuid..",
                        "org.jspecify..",
                        "org.slf4j..")
                .because("the domain is plain Java: frameworks, JSON and databases are replaced around it");
    }

    static ArchRule coreTalksToNoDatabase(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(DATABASE_PACKAGES)
                .because("the storage port keeps SQL out of the domain, also what the JDK brings of it");
    }

    static ArchRule storageKnowsCoreOnly(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".storage..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(root + ".api..", root + ".webhooks..", root + ".app..")
                .because("an adapter implements the port and serves whoever uses it");
    }

    static ArchRule storageKnowsNoWeb(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".storage..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.servlet..", "jakarta.websocket..", "org.springframework.web..")
                .because("what is stored does not depend on how it was asked for");
    }

    static ArchRule apiKnowsCoreOnly(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".api..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(root + ".storage..", root + ".webhooks..", root + ".app..")
                .because("the interface stays the same whichever adapter is behind the port");
    }

    static ArchRule webhooksKnowCoreOnly(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".webhooks..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(root + ".storage..", root + ".api..", root + ".app..")
                .because("the delivery worker also runs as a process of its own");
    }

    static ArchRule webhooksArePlainObjects(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".webhooks..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta.servlet..")
                .because("the delivery worker is built from constructors and started by whoever runs it");
    }

    static ArchRule databasesStayInStorage(String root) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(root + ".storage..", root + ".app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(DATABASE_PACKAGES)
                .because("a database can be exchanged only while one module alone knows of it");
    }

    static ArchRule applicationOnlyWiresTheDataSource(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.springframework.jdbc.core..", "jakarta.persistence..")
                .because("the application hands a data source to the adapter and runs no statement itself");
    }

    /**
     * The spine of the core carries every feature's changes to the log and back, so it names their values and they name it;
     * what the rule forbids is one feature that knows another which knows the first.
     */
    static ArchRule featuresFormNoCycle(String root) {
        DescribedPredicate<JavaClass> spine = resideInAnyPackage(
                root + ".core.commit..", root + ".core.events..", root + ".core.storage..", root + ".core.cluster..");
        return slices().matching(root + ".(*).(*)..")
                .namingSlices("$1.$2")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(spine, alwaysTrue())
                .ignoreDependency(alwaysTrue(), spine)
                .because("a feature that can be read on its own can be changed on its own");
    }
}
