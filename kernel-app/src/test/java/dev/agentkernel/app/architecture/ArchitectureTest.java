package dev.agentkernel.app.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.EvaluationResult;
import dev.agentkernel.app.KernelApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTest {

    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ArchitectureRule.PRODUCTION_ROOT);

    @Test
    void productionCodeIsWhatTheRulesLookAt() {
        assertThat(PRODUCTION.contain(KernelApplication.class)).isTrue();
        assertThat(PRODUCTION.contain(ArchitectureTest.class)).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void productionCodeKeeps(ArchitectureRule rule) {
        rule.over(ArchitectureRule.PRODUCTION_ROOT).check(PRODUCTION);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void sampleBreaks(ArchitectureRule rule) {
        JavaClasses sample = new ClassFileImporter().importPackages(rule.sampleRoot());

        EvaluationResult result = rule.over(rule.sampleRoot()).evaluate(sample);

        assertThat(result.getFailureReport().getDetails())
                .as("violations of %s found in package %s", rule, rule.sampleRoot())
                .isNotEmpty();
    }
}
