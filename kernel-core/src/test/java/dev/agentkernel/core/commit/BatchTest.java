package dev.agentkernel.core.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.memory.Leaving;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.DeliveryMethod;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BatchTest {

    private static final Instant NOW = SettableClock.START;

    private static LogRecord withoutSeq() {
        return new LogRecord.ChallengeUsed(ByteString.EMPTY, NOW);
    }

    @Test
    void eachDecisionSeesTheSeqOfItsOwnFirstEventAndPrivateRecordsTakeNone() {
        Batch batch = new Batch(
                List.of(
                        new Leaving(List.of(withoutSeq(), Probe.note("a"), Probe.note("b"))),
                        new Leaving(List.of()),
                        Probe.refused("nothing"),
                        new Leaving(List.of(withoutSeq())),
                        new Leaving(List.of(Probe.note("c")))),
                List.of(Probe.note("read")));
        Batch.Decided decided = batch.decide(new WorkingSet(NOW, false));
        Stamp stamp = new Stamp(100, NOW);

        assertThat(decided.events()).isEqualTo(4);
        assertThat(decided.isEmpty()).isFalse();
        assertThat(decided.stamped(stamp))
                .extracting(StampedRecord::seq)
                .containsExactly(100L, StampedRecord.NO_SEQ, 101L, 102L, StampedRecord.NO_SEQ, 103L);
        assertThat(decided.stamped(stamp)).extracting(StampedRecord::time).containsOnly(NOW);
        List<Outcome> outcomes = decided.outcomes(stamp);
        assertThat(outcomes).hasSize(5);
        assertThat(outcomes.get(0)).isEqualTo(new Outcome.Committed(101L));
        assertThat(outcomes.get(1)).isEqualTo(new Outcome.Committed(103L));
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Refused.class);
        assertThat(outcomes.get(4)).isEqualTo(new Outcome.Committed(103L));
    }

    @Test
    void aBatchMayBeDecidedAgainWithTheSameResult() {
        Batch batch = new Batch(List.of(Probe.of("a"), Probe.refused("b")), List.of(Probe.note("read")));
        assertThat(batch.decide(new WorkingSet(NOW, false)).records())
                .isEqualTo(batch.decide(new WorkingSet(NOW, false)).records())
                .hasSize(2);
    }

    @Test
    void aBatchOfRefusalsIsEmpty() {
        Batch.Decided decided = new Batch(List.of(Probe.refused("a"), Probe.failing("b")), List.of())
                .decide(new WorkingSet(NOW, false));
        assertThat(decided.isEmpty()).isTrue();
        assertThat(decided.outcomes(new Stamp(1, NOW)).getLast()).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void whenSpaceIsLowOnlyWhatGrowsIsRefused() {
        Batch batch = new Batch(
                List.of(Probe.of("growing"), new Leaving(List.of(Probe.note("shrinking")))),
                List.of(Probe.note("read")));
        Batch.Decided decided = batch.decide(new WorkingSet(NOW, true));
        assertThat(decided.records()).containsExactly(Probe.note("shrinking"));
        assertThat(decided.outcomes(new Stamp(1, NOW)).getFirst())
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.STORE_FULL));
    }

    /** Such a decision is a bug; what it half applied must not decide about its neighbours, so the batch fails as a whole. */
    @Test
    void aDecisionThatContradictsTheRowsFailsTheBatchBeforeAnythingIsWritten() {
        LogRecord delivered = new LogRecord.MessageDelivered(new UUID(0, 1), "tab_x", DeliveryMethod.PULL, 7, 1);
        Batch batch = new Batch(List.of(Probe.of("a"), new Leaving(List.of(withoutSeq(), delivered))), List.of());
        assertThatThrownBy(() -> batch.decide(new WorkingSet(NOW, false)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lease row for 7");
    }
}
