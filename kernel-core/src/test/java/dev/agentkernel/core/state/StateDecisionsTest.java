package dev.agentkernel.core.state;

import static dev.agentkernel.core.memory.Decided.COMMITTED_AT;
import static dev.agentkernel.core.memory.Decided.FIRST_SEQ;
import static dev.agentkernel.core.memory.SettableClock.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.AgentRow;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.StateRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.Decided;
import dev.agentkernel.core.state.Precondition.Absent;
import dev.agentkernel.core.state.Precondition.Exists;
import dev.agentkernel.core.state.Precondition.VersionIn;
import dev.agentkernel.core.state.Precondition.VersionNotIn;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StateDecisionsTest {

    private static final AgentCaller WRITER = new AgentCaller("tab_" + "w".repeat(20), 1);
    private static final AgentCaller OUTDATED = new AgentCaller(WRITER.address(), 2);
    private static final long CAPACITY = 100;

    private final WorkingSet rows = rows(false);

    private static WorkingSet rows(boolean spaceLow) {
        WorkingSet rows = new WorkingSet(START, spaceLow);
        rows.load(new AgentRow(WRITER.address(), new UUID(1, 1), 1, false, 0, 0));
        return rows;
    }

    private static ByteString value(int bytes) {
        return ByteString.ofUtf8("v".repeat(bytes)).orElseThrow();
    }

    private static WriteState write(String key, int bytes, Precondition precondition) {
        return new WriteState(WRITER, key, value(bytes), precondition, CAPACITY);
    }

    private static WriteState write(String key, int bytes) {
        return write(key, bytes, Precondition.NONE);
    }

    private static DeleteState delete(String key, Precondition precondition) {
        return new DeleteState(WRITER, key, precondition);
    }

    /** One key with a value of ten bytes in version 5; 12 of 100 bytes are used. */
    private void oneEntry() {
        rows.loadState("ab", new StateRow(5, 10));
        rows.loadStateTotals(12, 1);
    }

    @Test
    void aNewKeyIsWrittenAndItsVersionIsTheSeqOfTheChange() {
        Decided decided = Decided.of(rows, write("ä", 0), write("b", 3));
        assertThat(decided.answer(0)).isEqualTo(new StateChange("ä", WRITER.address(), COMMITTED_AT, FIRST_SEQ));
        assertThat(decided.answer(1)).isEqualTo(new StateChange("b", WRITER.address(), COMMITTED_AT, FIRST_SEQ + 1));
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.StateWritten("ä", ByteString.EMPTY, WRITER.address(), -1),
                        new LogRecord.StateWritten("b", value(3), WRITER.address(), -1));
        assertThat(rows.stateBytes()).isEqualTo(2 + 1 + 3);
        assertThat(rows.stateKeys()).isEqualTo(2);
    }

    @Test
    void overwritingCountsTheDifferenceAlone() {
        oneEntry();
        Decided decided = Decided.of(rows, write("ab", 4));
        assertThat(decided.records()).containsExactly(new LogRecord.StateWritten("ab", value(4), WRITER.address(), 10));
        assertThat(rows.stateBytes()).isEqualTo(6);
        assertThat(rows.stateKeys()).isEqualTo(1);
    }

    @Test
    void anOutdatedCredentialChangesNothing() {
        oneEntry();
        Decided decided = Decided.of(
                rows,
                new WriteState(OUTDATED, "ab", value(1), Precondition.NONE, CAPACITY),
                new DeleteState(OUTDATED, "ab", Precondition.NONE));
        assertThat(decided.codes()).containsExactly(ErrorCode.UNAUTHORIZED, ErrorCode.UNAUTHORIZED);
        assertThat(decided.records()).isEmpty();
    }

    @Test
    void theStoreIsFullAtItsCapacityToTheByte() {
        oneEntry();
        Decided decided = Decided.of(rows, write("cd", 87), write("cd", 86), write("e", 0));
        assertThat(decided.codes()).containsExactly(ErrorCode.STORE_FULL, null, ErrorCode.STORE_FULL);
        assertThat(decided.refusal(0).sentence()).contains("12 of 100 bytes").contains("89 more");
    }

    @Test
    void aStoreAboveItsCapacityStillShrinks() {
        rows.loadState("ab", new StateRow(5, 10));
        rows.loadStateTotals(150, 9);
        Decided decided =
                Decided.of(rows, write("ab", 11), write("ab", 10), write("ab", 9), delete("ab", Precondition.NONE));
        assertThat(decided.codes()).containsExactly(ErrorCode.STORE_FULL, null, null, null);
        assertThat(rows.stateBytes()).isEqualTo(138);
        assertThat(rows.stateKeys()).isEqualTo(8);
    }

    @Test
    void preconditionsSeeWhatTheBatchWroteBefore() {
        oneEntry();
        Decided decided = Decided.of(
                rows,
                write("ab", 1, new VersionIn(Set.of(5L))),
                write("ab", 2, new VersionIn(Set.of(5L))),
                write("ab", 3, new Absent()),
                write("ab", 4, new Exists()),
                write("ab", 5, new VersionNotIn(Set.of(5L))),
                delete("ab", new VersionIn(Set.of(5L))),
                delete("ab", new Exists()),
                write("ab", 6, new Exists()),
                write("ab", 7, new Absent()));
        assertThat(decided.codes())
                .containsExactly(
                        null,
                        ErrorCode.PRECONDITION_FAILED,
                        ErrorCode.PRECONDITION_FAILED,
                        null,
                        null,
                        ErrorCode.PRECONDITION_FAILED,
                        null,
                        ErrorCode.PRECONDITION_FAILED,
                        null);
    }

    @Test
    void deletingAnswersWithItsOwnSeqAndFreesTheBytes() {
        oneEntry();
        Decided decided = Decided.of(rows, delete("ab", Precondition.NONE), delete("ab", Precondition.NONE));
        assertThat(decided.answer(0)).isEqualTo(new StateChange("ab", WRITER.address(), COMMITTED_AT, FIRST_SEQ));
        assertThat(decided.refusal(1).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(decided.records()).containsExactly(new LogRecord.StateDeleted("ab", WRITER.address(), 10));
        assertThat(rows.stateBytes()).isZero();
        assertThat(rows.stateKeys()).isZero();
    }

    @Test
    void absenceComesBeforeThePreconditionOfADeletion() {
        assertThat(Decided.of(rows, delete("none", new Exists())).codes()).containsExactly(ErrorCode.NOT_FOUND);
    }

    @Test
    void lowSpaceRefusesWritesAndLetsDeletionsPass() {
        WorkingSet low = rows(true);
        low.loadState("ab", new StateRow(5, 10));
        low.loadStateTotals(12, 1);
        assertThat(Decided.of(low, write("ab", 1), delete("ab", Precondition.NONE))
                        .codes())
                .containsExactly(ErrorCode.STORE_FULL, null);
    }

    @Test
    void bothRequireTheKeyTheTotalsAndTheCaller() {
        for (Mutation<StateChange> mutation : List.of(write("key", 3), delete("key", Precondition.NONE))) {
            Requirements required = new Requirements();
            mutation.require(required);
            assertThat(required.stateKeys()).containsExactly("key");
            assertThat(required.agents()).containsExactly(WRITER.address());
            assertThat(required.needsStateTotals()).isTrue();
        }
        assertThat(write("k1", 3).contentBytes()).isEqualTo(3);
    }
}
