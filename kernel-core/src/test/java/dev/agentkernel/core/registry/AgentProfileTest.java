package dev.agentkernel.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AgentProfileTest {

    /** One character, two code units. */
    private static final String WIDE = "😀";

    private static RefusedException refusalOf(ThrowingCallable call) {
        RefusedException refusal = catchThrowableOfType(RefusedException.class, call);
        assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        return refusal;
    }

    private static List<String> tags(int number) {
        return IntStream.range(0, number).mapToObj(i -> "tag" + i).toList();
    }

    @Test
    void everyPartShouldBeAsLongAsItMayInCharacters() {
        AgentProfile longest = AgentProfile.checked(WIDE.repeat(80), WIDE.repeat(1_000), List.of(WIDE.repeat(40)));
        assertThat(longest.name()).isEqualTo(WIDE.repeat(80));
        assertThat(longest.description()).isEqualTo(WIDE.repeat(1_000));
        assertThat(longest.tags()).containsExactly(WIDE.repeat(40));
        assertThat(refusalOf(() -> AgentProfile.checked("x".repeat(81), null, List.of()))
                        .sentence())
                .contains("'name' has 81");
        assertThat(refusalOf(() -> AgentProfile.checked(null, "x".repeat(1_001), List.of()))
                        .sentence())
                .contains("'description' has 1001");
        assertThat(refusalOf(() -> AgentProfile.checked(null, null, List.of("x".repeat(41))))
                        .sentence())
                .contains("'tags' has 41");
    }

    @Test
    void tagsShouldBeAtMostSoMany() {
        assertThat(AgentProfile.checked(null, null, tags(20)).tags()).isEqualTo(tags(20));
        assertThat(refusalOf(() -> AgentProfile.checked(null, null, tags(21))).sentence())
                .contains("has 21 entries");
    }

    @Test
    void whatNoTextMayHoldShouldBeRefused() {
        assertThat(AgentProfile.checked("two\nlines", "a\ttab", List.of()).name())
                .isEqualTo("two\nlines");
        refusalOf(() -> AgentProfile.checked("\0", null, List.of()));
        refusalOf(() -> AgentProfile.checked(null, "a\0", List.of()));
        refusalOf(() -> AgentProfile.checked(null, null, List.of("a\nb")));
        assertThat(refusalOf(() -> AgentProfile.checked(null, null, List.of("")))
                        .sentence())
                .contains("empty tag");
    }

    @Test
    void emptyTextsShouldBeNoneAndRepeatedTagsShouldCountOnce() {
        AgentProfile profile = AgentProfile.checked("", "", List.of("b", "a", "b"));
        assertThat(profile).isEqualTo(new AgentProfile(null, null, List.of("b", "a")));
    }

    @Test
    void itShouldBeEmptyOnlyWhereNothingIsSaid() {
        assertThat(AgentProfile.checked("", null, List.of()).isEmpty()).isTrue();
        assertThat(AgentProfile.checked("n", null, List.of()).isEmpty()).isFalse();
        assertThat(AgentProfile.checked(null, "d", List.of()).isEmpty()).isFalse();
        assertThat(AgentProfile.checked(null, null, List.of("t")).isEmpty()).isFalse();
    }
}
