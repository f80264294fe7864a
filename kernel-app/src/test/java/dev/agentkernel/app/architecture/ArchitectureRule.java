package dev.agentkernel.app.architecture;

import com.tngtech.archunit.lang.ArchRule;
import java.util.Locale;
import java.util.function.Function;

/**
 * Every rule about the structure of the code. A rule is written over a root package, so that the same rule judges the
 * production code and the sample that proves it: the sample lies below {@link #sampleRoot()} and is laid out like the
 * production code (its own {@code core}, {@code api}, …), with one thing wrong.
 */
enum ArchitectureRule {
    CORE_IS_PLAIN_JAVA(ModuleRules::coreIsPlainJava),
    CORE_TALKS_TO_NO_DATABASE(ModuleRules::coreTalksToNoDatabase),
    STORAGE_KNOWS_CORE_ONLY(ModuleRules::storageKnowsCoreOnly),
    STORAGE_KNOWS_NO_WEB(ModuleRules::storageKnowsNoWeb),
    API_KNOWS_CORE_ONLY(ModuleRules::apiKnowsCoreOnly),
    WEBHOOKS_KNOW_CORE_ONLY(ModuleRules::webhooksKnowCoreOnly),
    WEBHOOKS_ARE_PLAIN_OBJECTS(ModuleRules::webhooksArePlainObjects),
    DATABASES_STAY_IN_STORAGE(ModuleRules::databasesStayInStorage),
    APPLICATION_ONLY_WIRES_THE_DATA_SOURCE(ModuleRules::applicationOnlyWiresTheDataSource),
    FEATURES_FORM_NO_CYCLE(ModuleRules::featuresFormNoCycle),

    CONSTRUCTORS_INJECT(CodingRules::constructorsInject),
    OPTIONAL_IS_NEVER_A_FIELD(CodingRules::optionalIsNeverAField),
    CLASS_NAMES_SAY_WHAT_THEY_ARE(CodingRules::classNamesSayWhatTheyAre),
    PACKAGES_ARE_FEATURES(CodingRules::packagesAreFeatures),
    PACKAGES_ARE_NULL_MARKED(CodingRules::packagesAreNullMarked),
    NOTHING_SLEEPS(CodingRules::nothingSleeps),
    NOTHING_PRINTS(CodingRules::nothingPrints),
    LOGGING_IS_SLF4J(CodingRules::loggingIsSlf4j),
    TIME_COMES_FROM_OUTSIDE(CodingRules::timeComesFromOutside);

    static final String PRODUCTION_ROOT = "dev.agentkernel";

    private final Function<String, ArchRule> ruleOverRoot;

    ArchitectureRule(Function<String, ArchRule> ruleOverRoot) {
        this.ruleOverRoot = ruleOverRoot;
    }

    /** The rule for the code below this root package; it passes where there is nothing to judge. */
    ArchRule over(String root) {
        return ruleOverRoot.apply(root).allowEmptyShould(true);
    }

    /** The root package of the sample that breaks this rule, named after it. */
    String sampleRoot() {
        return "dev.agentkernel.samples." + name().toLowerCase(Locale.ROOT).replace("_", "");
    }
}
