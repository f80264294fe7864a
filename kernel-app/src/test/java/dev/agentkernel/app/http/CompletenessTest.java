package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Whether every kind of storage runs every suite. */
class CompletenessTest {

    @Test
    void everyKindOfStorageShouldRunEverySuite() {
        Set<String> suites = new ClassFileImporter()
                .importPackages(CompletenessTest.class.getPackageName()).stream()
                        .filter(type -> type.isAssignableTo(HttpSuite.class) && !type.isEquivalentTo(HttpSuite.class))
                        .filter(type -> type.getModifiers().contains(JavaModifier.ABSTRACT))
                        .map(JavaClass::getName)
                        .collect(Collectors.toSet());
        assertThat(suites).hasSizeGreaterThan(10);
        Set<String> run = Stream.of(WholeContract.class.getDeclaredClasses())
                .filter(nested -> nested.isAnnotationPresent(Nested.class))
                .map(nested -> nested.getSuperclass().getName())
                .collect(Collectors.toSet());
        assertThat(run).isEqualTo(suites);
    }
}
