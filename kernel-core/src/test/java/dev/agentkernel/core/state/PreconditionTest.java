package dev.agentkernel.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.state.Precondition.Absent;
import dev.agentkernel.core.state.Precondition.Both;
import dev.agentkernel.core.state.Precondition.Exists;
import dev.agentkernel.core.state.Precondition.VersionIn;
import dev.agentkernel.core.state.Precondition.VersionNotIn;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PreconditionTest {

    /** A version that was written in the very batch that asks. */
    private static final long PENDING = -1;

    static Stream<Arguments> table() {
        Precondition in = new VersionIn(Set.of(5L, 7L));
        Precondition notIn = new VersionNotIn(Set.of(5L, 7L));
        Precondition contradiction = new Both(in, notIn);
        // precondition, absent, version 5, version 6, pending
        return Stream.of(
                Arguments.of(Precondition.NONE, true, true, true, true),
                Arguments.of(new Exists(), false, true, true, true),
                Arguments.of(new Absent(), true, false, false, false),
                Arguments.of(in, false, true, false, false),
                Arguments.of(notIn, true, false, true, true),
                Arguments.of(new VersionIn(Set.of()), false, false, false, false),
                Arguments.of(new VersionNotIn(Set.of()), true, true, true, true),
                Arguments.of(new Both(new Exists(), notIn), false, false, true, true),
                Arguments.of(new Both(notIn, new Exists()), false, false, true, true),
                Arguments.of(contradiction, false, false, false, false));
    }

    @ParameterizedTest
    @MethodSource("table")
    void itHoldsAsTheTableSays(
            Precondition precondition, boolean absent, boolean version5, boolean version6, boolean pending) {
        assertThat(precondition.holdsFor(Optional.empty())).as("absent").isEqualTo(absent);
        assertThat(precondition.holdsFor(Optional.of(5L))).as("version 5").isEqualTo(version5);
        assertThat(precondition.holdsFor(Optional.of(6L))).as("version 6").isEqualTo(version6);
        assertThat(precondition.holdsFor(Optional.of(PENDING))).as("pending").isEqualTo(pending);
    }
}
