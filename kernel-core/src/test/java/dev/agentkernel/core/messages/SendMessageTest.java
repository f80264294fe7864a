package dev.agentkernel.core.messages;

import static dev.agentkernel.core.memory.Decided.COMMITTED_AT;
import static dev.agentkernel.core.memory.SettableClock.START;
import static dev.agentkernel.core.messages.Agents.ALICE;
import static dev.agentkernel.core.messages.Agents.BOB;
import static dev.agentkernel.core.messages.Agents.NOBODY;
import static dev.agentkernel.core.messages.Agents.content;
import static dev.agentkernel.core.messages.Agents.id;
import static dev.agentkernel.core.messages.Agents.outdated;
import static dev.agentkernel.core.messages.Agents.rows;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.IdempotencyRow;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.Decided;
import dev.agentkernel.core.messages.SendMessage.Retryable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SendMessageTest {

    private static final MessagingSettings SETTINGS = new MessagingSettings(100, 3, 50);
    private static final IdempotencyKey KEY = new IdempotencyKey(ALICE.address(), "key 1");

    private final WorkingSet rows = rows(ALICE, BOB);

    private static SendMessage send(AgentCaller from, int id, String to, String text, @Nullable Retryable retryable) {
        return new SendMessage(from, id(id), to, content(text), MessageContext.NONE, retryable, SETTINGS);
    }

    private static SendMessage send(int id, String text) {
        return send(ALICE, id, BOB.address(), text, null);
    }

    private static SendMessage retryable(int id, String text) {
        return send(ALICE, id, BOB.address(), text, new Retryable(KEY, content("print of " + text)));
    }

    private static SentMessage answer(int id, Instant at) {
        return new SentMessage(id(id), ALICE.address(), BOB.address(), at);
    }

    @Test
    void aMessageIsAnsweredWithTheTimeOfItsCommitAndCountsInTheQueue() {
        Decided decided = Decided.of(rows, send(1, "hello"));
        assertThat(decided.answer(0)).isEqualTo(answer(1, COMMITTED_AT));
        assertThat(decided.records())
                .containsExactly(new LogRecord.MessageSent(
                        id(1), ALICE.address(), BOB.address(), content("hello"), Route.PULL, null));
        assertThat(rows.queue(BOB.address())).isEqualTo(new QueueRow(1, 5, 1));
        assertThat(rows.queueBytes()).isEqualTo(5);
    }

    @Test
    void anOutdatedCredentialAndAnAgentThatIsGoneAreRefused() {
        Decided decided = Decided.of(
                rows,
                send(outdated(ALICE), 1, BOB.address(), "x", null),
                send(new AgentCaller(NOBODY, 1), 2, BOB.address(), "x", null),
                send(3, "x"));
        assertThat(decided.codes()).containsExactly(ErrorCode.UNAUTHORIZED, ErrorCode.UNAUTHORIZED, null);
        assertThat(decided.records()).hasSize(1);
    }

    @Test
    void anUnknownRecipientIsNotFound() {
        assertThat(Decided.of(rows, send(ALICE, 1, NOBODY, "x", null)).codes()).containsExactly(ErrorCode.NOT_FOUND);
    }

    @Test
    void aQueueIsFullAtItsNumberOfMessagesWhichTheBatchItselfMayReach() {
        rows.loadQueue(BOB.address(), new QueueRow(2, 2, 0));
        Decided decided = Decided.of(rows, send(1, "x"), send(2, "x"), send(ALICE, 3, ALICE.address(), "x", null));
        assertThat(decided.codes()).containsExactly(null, ErrorCode.QUEUE_FULL, null);
        assertThat(decided.refusal(1).sentence()).contains("holds 3 messages").contains("at most 3");
    }

    @Test
    void allQueuesTogetherAreFullAtTheirBytes() {
        rows.loadQueueTotals(48);
        Decided decided = Decided.of(rows, send(1, "xxx"), send(2, "xx"), send(ALICE, 3, ALICE.address(), "x", null));
        assertThat(decided.codes()).containsExactly(ErrorCode.QUEUE_FULL, null, ErrorCode.QUEUE_FULL);
        assertThat(decided.refusal(2).sentence()).contains("50 bytes; at most 50");
    }

    @Test
    void lowSpaceRefusesEverySendButAnswersARetry() {
        WorkingSet low = rows(true, ALICE, BOB);
        low.load(
                KEY,
                new IdempotencyRow(
                        content("print of hello"), id(1), BOB.address(), Optional.of(START), START.plusSeconds(1)));
        Decided decided = Decided.of(low, send(1, "x"), retryable(2, "hello"));
        assertThat(decided.codes()).containsExactly(ErrorCode.QUEUE_FULL, null);
        assertThat(decided.records()).isEmpty();
    }

    @Test
    void aRetryGetsTheFirstAnswerAndLeavesNothing() {
        Instant sentAt = START.minusSeconds(100);
        rows.load(
                KEY,
                new IdempotencyRow(
                        content("print of hello"), id(1), BOB.address(), Optional.of(sentAt), START.plusSeconds(1)));
        Decided decided = Decided.of(rows, retryable(2, "hello"));
        assertThat(decided.answer(0)).isEqualTo(answer(1, sentAt));
        assertThat(decided.records()).isEmpty();
        assertThat(rows.queue(BOB.address()).depth()).isZero();
    }

    @Test
    void aRetryIsAnsweredAlsoWhenTheQueueIsFullByNow() {
        rows.loadQueue(BOB.address(), new QueueRow(3, 3, 3));
        rows.load(
                KEY,
                new IdempotencyRow(
                        content("print of hello"), id(1), BOB.address(), Optional.of(START), START.plusSeconds(1)));
        assertThat(Decided.of(rows, retryable(2, "hello")).codes()).containsNull();
    }

    @Test
    void anotherMessageUnderTheSameKeyIsRefused() {
        rows.load(
                KEY,
                new IdempotencyRow(
                        content("print of hello"), id(1), BOB.address(), Optional.of(START), START.plusSeconds(1)));
        assertThat(Decided.of(rows, retryable(2, "other")).codes()).containsExactly(ErrorCode.IDEMPOTENCY_MISMATCH);
    }

    @Test
    void aKeyMayBeUsedAnewWhenItsTimeIsOver() {
        rows.load(KEY, new IdempotencyRow(content("print of old"), id(1), BOB.address(), Optional.of(START), START));
        Decided decided = Decided.of(rows, retryable(2, "new"));
        assertThat(decided.answer(0)).isEqualTo(answer(2, COMMITTED_AT));
        assertThat(decided.records())
                .first()
                .isInstanceOfSatisfying(
                        LogRecord.MessageSent.class,
                        sent -> assertThat(sent.idempotency())
                                .isEqualTo(new IdempotencyEntry(
                                        "key 1", content("print of new"), START.plus(Duration.ofHours(24)))));
    }

    @Test
    void twiceTheSameKeyInOneBatchSendsOnce() {
        Decided decided = Decided.of(rows, retryable(1, "hello"), retryable(2, "hello"), retryable(3, "other"));
        assertThat(decided.answer(0)).isEqualTo(answer(1, COMMITTED_AT));
        assertThat(decided.answer(1)).isEqualTo(answer(1, COMMITTED_AT));
        assertThat(decided.refusal(2).code()).isEqualTo(ErrorCode.IDEMPOTENCY_MISMATCH);
        assertThat(decided.records()).hasSize(1);
    }

    @Test
    void theSameKeyOfAnotherSenderIsAnotherKey() {
        Retryable bobs = new Retryable(new IdempotencyKey(BOB.address(), "key 1"), content("print"));
        Decided decided = Decided.of(rows, retryable(1, "a"), send(BOB, 2, ALICE.address(), "b", bobs));
        assertThat(decided.codes()).containsExactly(null, null);
        assertThat(decided.records()).hasSize(2);
    }

    @Test
    void aRefusedSendDoesNotUseItsKeyUp() {
        rows.loadQueue(BOB.address(), new QueueRow(3, 3, 3));
        assertThat(Decided.of(rows, retryable(1, "hello")).codes()).containsExactly(ErrorCode.QUEUE_FULL);
        assertThat(rows.idempotency(KEY)).isEmpty();
    }

    @Test
    void itRequiresEveryRowThatItLooksAt() {
        Requirements required = new Requirements();
        retryable(1, "hello").require(required);
        assertThat(required.agents()).containsExactlyInAnyOrder(ALICE.address(), BOB.address());
        assertThat(required.queues()).containsExactly(BOB.address());
        assertThat(required.idempotencyKeys()).containsExactly(KEY);
        assertThat(required.needsQueueTotals()).isTrue();
        assertThat(retryable(1, "hello").contentBytes()).isEqualTo(5);
    }
}
