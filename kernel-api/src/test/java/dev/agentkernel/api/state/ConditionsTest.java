package dev.agentkernel.api.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.state.Precondition;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

class ConditionsTest {

    private static Conditions conditions(String... namesAndValues) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            request.addHeader(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Conditions.of(request);
    }

    @Test
    void withoutFieldsNothingIsDemanded() {
        assertThat(conditions().together()).isEqualTo(Precondition.NONE);
    }

    @Test
    void starsAskWhetherTheKeyExists() {
        assertThat(conditions("If-Match", "*").together()).isEqualTo(new Precondition.Exists());
        assertThat(conditions("If-None-Match", " * ").together()).isEqualTo(new Precondition.Absent());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"7\"|7",
                "\"7\", \"8\"|7 8",
                "\"7\",\"8\"|7 8",
                ", ,\"7\" ,, \t\"8\",|7 8",
                "W/\"7\"|''",
                "W/\"7\", \"8\"|8",
                "\"07\", \"x\", \"\", \"-7\", \"+7\", \"99999999999999999999\"|''",
                "\"a,b\", \"7\"|7",
            })
    void ifMatchComparesStrongly(String field, String versions) {
        assertThat(conditions("If-Match", field).together()).isEqualTo(new Precondition.VersionIn(set(versions)));
    }

    @Test
    void ifNoneMatchComparesWeakly() {
        assertThat(conditions("If-None-Match", "W/\"7\", \"8\"").together())
                .isEqualTo(new Precondition.VersionNotIn(Set.of(7L, 8L)));
    }

    @Test
    void repeatedFieldsAreOneList() {
        assertThat(conditions("If-Match", "\"7\"", "If-Match", "\"8\"").together())
                .isEqualTo(new Precondition.VersionIn(Set.of(7L, 8L)));
    }

    @Test
    void bothConditionsMustHold() {
        Precondition both =
                conditions("If-Match", "*", "If-None-Match", "\"7\"").together();

        assertThat(both.holdsFor(Optional.of(8L))).isTrue();
        assertThat(both.holdsFor(Optional.of(7L))).isFalse();
        assertThat(both.holdsFor(Optional.empty())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "7",
                "\"7",
                "7\"",
                "\"7\" \"8\"",
                "w/\"7\"",
                "W/",
                "W/7",
                "*, \"7\"",
                "\"7\", *",
                "**",
                "\"a b\"",
                "\"7\"x",
                "'7'"
            })
    void whatIsNoListOfTagsIsRefusedByName(String field) {
        for (String name : new String[] {"If-Match", "If-None-Match"}) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> conditions(name, field))
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_REQUEST))
                    .satisfies(refusal -> assertThat(refusal.sentence()).contains("'" + name + "'"));
        }
    }

    @Test
    void aTagComesBackAsItsVersion() {
        assertThat(conditions("If-Match", EntityTags.of(42)).together())
                .isEqualTo(new Precondition.VersionIn(Set.of(42L)));
    }

    private static Set<Long> set(String versions) {
        return versions.isEmpty()
                ? Set.of()
                : Set.of(versions.split(" ")).stream().map(Long::valueOf).collect(java.util.stream.Collectors.toSet());
    }
}
