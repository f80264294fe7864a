package dev.agentkernel.core.registry;

import static dev.agentkernel.core.memory.SettableClock.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.commit.AgentRow;
import dev.agentkernel.core.commit.OperatorRow;
import dev.agentkernel.core.commit.Outcome;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.Decided;
import dev.agentkernel.core.verification.AnsweredChallenge;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RegistryDecisionsTest {

    private static final UUID OPERATOR = new UUID(1, 1);
    private static final OperatorCaller CALLER = new OperatorCaller(OPERATOR, 3);
    private static final OperatorCaller OUTDATED = new OperatorCaller(OPERATOR, 2);
    private static final ByteString DIGEST = bytes("digest");

    private final WorkingSet rows = rows(false, 0);

    private static WorkingSet rows(boolean spaceLow, long agentCount) {
        WorkingSet rows = new WorkingSet(START, spaceLow);
        rows.load(new OperatorRow(OPERATOR, 3, agentCount));
        return rows;
    }

    private static ByteString bytes(String text) {
        return ByteString.ofUtf8(text).orElseThrow();
    }

    private static AnsweredChallenge challenge(String id, Instant expiresAt, boolean right) {
        return new AnsweredChallenge(bytes(id), expiresAt, right);
    }

    private static AnsweredChallenge right(String id) {
        return challenge(id, START.plusNanos(1), true);
    }

    private static RegisterAgent register(String address, AnsweredChallenge challenge) {
        return new RegisterAgent(CALLER, challenge, address, DIGEST, null, 2);
    }

    @Test
    void aRightAnswerInTimeMakesAnAgentWithAnEmptyQueue() {
        Decided decided = Decided.of(rows, register("tab_1", right("c1")));
        assertThat(decided.answer(0)).isEqualTo(true);
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.ChallengeUsed(bytes("c1"), START.plusNanos(1)),
                        new LogRecord.AgentRegistered("tab_1", OPERATOR, DIGEST, null));
        assertThat(rows.agent("tab_1")).contains(new AgentRow("tab_1", OPERATOR, 1, false, 0, 0));
        assertThat(rows.queue("tab_1")).isEqualTo(new QueueRow(0, 0, 0));
        assertThat(rows.operator(OPERATOR)).isEqualTo(new OperatorRow(OPERATOR, 3, 1));
        rows.requireCurrent(new AgentCaller("tab_1", 1));
    }

    @Test
    void anAgentWithAWebhookIsKnownAsSuch() {
        Decided.of(rows, new RegisterAgent(CALLER, right("c1"), "tab_1", DIGEST, "https://example.com", 2));
        assertThat(rows.agent("tab_1").orElseThrow().hasWebhook()).isTrue();
    }

    @Test
    void aChallengeServesOnceAlsoWithinOneBatch() {
        Decided decided = Decided.of(rows, register("tab_1", right("c1")), register("tab_2", right("c1")));
        assertThat(decided.answer(0)).isEqualTo(true);
        assertThat(decided.answer(1)).isEqualTo(false);
        assertThat(rows.agent("tab_2")).isEmpty();
        assertThat(decided.records()).hasSize(2);
    }

    @Test
    void aChallengeThatWasUsedEarlierServesNobody() {
        rows.loadUsedChallenge(bytes("c1"));
        Decided decided = Decided.of(rows, register("tab_1", right("c1")));
        assertThat(decided.answer(0)).isEqualTo(false);
        assertThat(decided.records()).isEmpty();
    }

    @Test
    void aChallengeIsDeadInTheInstantOfItsExpiry() {
        Decided decided = Decided.of(rows, register("tab_1", challenge("c1", START, true)));
        assertThat(decided.answer(0)).isEqualTo(false);
        assertThat(decided.records()).isEmpty();
    }

    @Test
    void aWrongAnswerUsesTheChallengeUp() {
        Decided decided = Decided.of(
                rows, register("tab_1", challenge("c1", START.plusSeconds(1), false)), register("tab_2", right("c1")));
        assertThat(decided.answer(0)).isEqualTo(false);
        assertThat(decided.answer(1)).isEqualTo(false);
        assertThat(decided.records()).containsExactly(new LogRecord.ChallengeUsed(bytes("c1"), START.plusSeconds(1)));
    }

    @Test
    void anOperatorHasAtMostSoManyAgentsWhichTheBatchItselfMayReach() {
        WorkingSet almostFull = rows(false, 1);
        Decided decided = Decided.of(almostFull, register("tab_1", right("c1")), register("tab_2", right("c2")));
        assertThat(decided.codes()).containsExactly(null, ErrorCode.FORBIDDEN);
        assertThat(decided.refusal(1).sentence()).contains("has 2 agents; at most 2");
        assertThat(almostFull.isUsed(bytes("c2")))
                .as("the challenge may serve another")
                .isFalse();
    }

    @Test
    void anOutdatedKeyRegistersNobody() {
        Decided decided = Decided.of(rows, new RegisterAgent(OUTDATED, right("c1"), "tab_1", DIGEST, null, 2));
        assertThat(decided.codes()).containsExactly(ErrorCode.UNAUTHORIZED);
        assertThat(decided.records()).isEmpty();
    }

    @Test
    void anAddressThatIsTakenIsABugAndHurtsNobodyElse() {
        rows.load(new AgentRow("tab_1", OPERATOR, 1, false, 0, 0));
        Decided decided = Decided.of(rows, register("tab_1", right("c1")), register("tab_2", right("c1")));
        assertThat(decided.outcomes().getFirst()).isInstanceOf(Outcome.Failed.class);
        assertThat(decided.answer(1)).isEqualTo(true);
    }

    @Test
    void rotatingRaisesTheVersionAndTheOldKeyIsDeadWithinTheBatch() {
        Decided decided = Decided.of(
                rows,
                new RotateOperatorKey(CALLER, bytes("new")),
                new RotateOperatorKey(CALLER, bytes("newer")),
                register("tab_1", right("c1")),
                new RotateOperatorKey(new OperatorCaller(OPERATOR, 4), bytes("newest")));
        assertThat(decided.answer(0)).isEqualTo(4);
        assertThat(decided.refusal(1).code()).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(decided.refusal(2).code()).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(decided.answer(3)).isEqualTo(5);
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.OperatorKeyRotated(OPERATOR, 4, bytes("new")),
                        new LogRecord.OperatorKeyRotated(OPERATOR, 5, bytes("newest")));
    }

    @Test
    void rotatingKeepsTheNumberOfAgents() {
        WorkingSet two = rows(false, 2);
        Decided.of(two, new RotateOperatorKey(CALLER, DIGEST));
        assertThat(two.operator(OPERATOR)).isEqualTo(new OperatorRow(OPERATOR, 4, 2));
    }

    @Test
    void anOperatorThatIsGoneCanDoNothing() {
        OperatorCaller gone = new OperatorCaller(new UUID(1, 2), 1);
        assertThat(Decided.of(rows, new RotateOperatorKey(gone, DIGEST)).codes())
                .containsExactly(ErrorCode.UNAUTHORIZED);
    }

    @Test
    void anOperatorBeginsWithVersionOne() {
        UUID id = new UUID(1, 9);
        Decided decided = Decided.of(rows, new RegisterOperator(id, "hash", true, DIGEST));
        assertThat(decided.answer(0)).isEqualTo(id);
        assertThat(decided.records()).containsExactly(new LogRecord.OperatorCreated(id, "hash", true, DIGEST));
        assertThat(rows.operator(id)).isEqualTo(new OperatorRow(id, 1, 0));
    }

    @Test
    void registrationsAreRefusedWhenSpaceIsLow() {
        Decided decided = Decided.of(
                rows(true, 0),
                new RegisterOperator(new UUID(1, 9), "hash", true, DIGEST),
                register("tab_1", right("c1")));
        assertThat(decided.codes()).containsExactly(ErrorCode.STORE_FULL, ErrorCode.STORE_FULL);
    }

    @Test
    void theyRequireEveryRowThatTheyLookAt() {
        Requirements required = new Requirements();
        register("tab_1", right("c1")).require(required);
        assertThat(required.operators()).containsExactly(OPERATOR);
        assertThat(required.agents()).containsExactly("tab_1");
        assertThat(required.challenges()).isEqualTo(java.util.Set.of(bytes("c1")));
        Requirements rotation = new Requirements();
        new RotateOperatorKey(CALLER, DIGEST).require(rotation);
        assertThat(List.copyOf(rotation.operators())).containsExactly(OPERATOR);
    }
}
