package dev.agentkernel.core.messages;

import static dev.agentkernel.core.messages.Agents.ALICE;
import static dev.agentkernel.core.messages.Agents.BOB;
import static dev.agentkernel.core.messages.Agents.content;
import static dev.agentkernel.core.messages.Agents.id;
import static dev.agentkernel.core.messages.Agents.outdated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.events.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class DeadLettersTest extends MessagesFixture {

    private final DeadLetters letters = new DeadLetters(running.commits(), storage.messages());

    /** Each died after as many attempts as its number says. */
    private void lettersOf(AgentCaller recipient, int from, int... bytes) {
        List<LogRecord> sends = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            sends.add(new LogRecord.MessageSent(
                    id(from + i), BOB.address(), recipient.address(), content(bytes[i]), Route.PULL, null));
        }
        long seq = storage.lastSeq();
        running.leave(sends.toArray(LogRecord[]::new));
        running.leave(IntStream.range(0, bytes.length)
                .mapToObj(i -> new LogRecord.MessagesLeased(
                        recipient.address(),
                        Route.PULL,
                        new UUID(4, i),
                        clock.instant().plusSeconds(9),
                        "worker@w",
                        List.of(new LeasedMessage(seq + 1 + i, id(from + i), bytes[i], from + i))))
                .toArray(LogRecord[]::new));
        running.leave(IntStream.range(0, bytes.length)
                .mapToObj(i -> new LogRecord.MessageDead(id(from + i), recipient.address(), from + i, seq + 1 + i))
                .toArray(LogRecord[]::new));
    }

    private static List<UUID> idsOf(DeadLetterPage page) {
        return page.letters().stream()
                .map(letter -> letter.message().messageId())
                .toList();
    }

    private static ErrorCode refusalOf(ThrowingCallable call) {
        return catchThrowableOfType(RefusedException.class, call).code();
    }

    @Test
    void pagesShouldNeitherSkipNorRepeatAndCountAll() {
        lettersOf(ALICE, 1, 1, 2, 3);
        lettersOf(BOB, 9, 1);
        DeadLetterPage first = letters.list(ALICE, 0, 2);
        assertThat(idsOf(first)).containsExactly(id(1), id(2));
        assertThat(first.letters()).extracting(DeadLetter::attempts).containsExactly(1, 2);
        assertThat(first.total()).isEqualTo(3);
        DeadLetterPage second = letters.list(ALICE, first.nextAfterSeq().orElseThrow(), 2);
        assertThat(idsOf(second)).containsExactly(id(3));
        assertThat(second.nextAfterSeq()).isEmpty();
        assertThat(letters.list(ALICE, 0, 3).nextAfterSeq()).isEmpty();
    }

    @Test
    void pageShouldHoldNoMoreThanAnAnswerMayUnlessTheFirstAloneIsLarger() {
        int half = (int) MessageQueues.ANSWER_BYTES_MAX / 2;
        lettersOf(ALICE, 1, half, half, 1, 2 * half + 1, 1);
        DeadLetterPage first = letters.list(ALICE, 0, 10);
        assertThat(idsOf(first)).as("full to the byte").containsExactly(id(1), id(2));
        DeadLetterPage second = letters.list(ALICE, first.nextAfterSeq().orElseThrow(), 10);
        assertThat(idsOf(second)).containsExactly(id(3));
        DeadLetterPage third = letters.list(ALICE, second.nextAfterSeq().orElseThrow(), 10);
        assertThat(idsOf(third)).containsExactly(id(4));
        assertThat(idsOf(letters.list(ALICE, third.nextAfterSeq().orElseThrow(), 10)))
                .containsExactly(id(5));
    }

    @Test
    void nothingShouldBeAPageToo() {
        assertThat(letters.list(ALICE, 0, 10)).isEqualTo(new DeadLetterPage(List.of(), OptionalLong.empty(), 0));
    }

    @Test
    void requeuedLetterShouldWaitAgainAsIfItHadNeverBeenHandedOut() {
        lettersOf(ALICE, 1, 5);
        letters.requeue(ALICE, id(1));
        assertThat(storage.messages().depth(ALICE.address())).isEqualTo(new QueueDepth(1, 5, 1));
        assertThat(letters.list(ALICE, 0, 10).total()).isZero();
        assertThat(refusalOf(() -> letters.requeue(ALICE, id(1)))).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void requeuedLetterShouldGoTheWayThatMessagesGoAtPresent() {
        lettersOf(ALICE, 1, 5);
        running.leave(new LogRecord.WebhookChanged(ALICE.address(), "https://example.com/", 1, null));
        letters.requeue(ALICE, id(1));
        assertThat(storage.messages().depth(ALICE.address())).isEqualTo(new QueueDepth(1, 5, 0));
        assertThat(storage.webhooks().waiting(null, 10).addresses()).containsExactly(ALICE.address());
    }

    @Test
    void deletedLetterShouldBeGoneForGood() {
        lettersOf(ALICE, 1, 5, 7);
        letters.delete(ALICE, id(1));
        assertThat(storage.messages().depth(ALICE.address())).isEqualTo(new QueueDepth(1, 7, 0));
        assertThat(idsOf(letters.list(ALICE, 0, 10))).containsExactly(id(2));
        assertThat(refusalOf(() -> letters.delete(ALICE, id(1)))).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void lettersOfOthersShouldBeNobodysBusiness() {
        lettersOf(ALICE, 1, 5);
        assertThat(refusalOf(() -> letters.requeue(BOB, id(1)))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refusalOf(() -> letters.delete(BOB, id(1)))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refusalOf(() -> letters.requeue(outdated(ALICE), id(1)))).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(refusalOf(() -> letters.delete(outdated(ALICE), id(1)))).isEqualTo(ErrorCode.UNAUTHORIZED);
        assertThat(letters.list(ALICE, 0, 10).total()).isEqualTo(1);
    }

    @Test
    void theyShouldRequireTheLetterAndGoOnFromTheReserve() {
        for (Mutation<?> mutation : List.of(new RequeueDeadLetter(ALICE, id(1)), new DeleteDeadLetter(ALICE, id(1)))) {
            Requirements required = new Requirements();
            mutation.require(required);
            assertThat(required.agents()).containsExactly(ALICE.address());
            assertThat(required.queues()).containsExactly(ALICE.address());
            assertThat(required.deadLetters()).containsExactly(id(1));
            assertThat(mutation.refusalWhenSpaceIsLow()).isNull();
        }
        Requirements deleting = new Requirements();
        new DeleteDeadLetter(ALICE, id(1)).require(deleting);
        assertThat(deleting.needsQueueTotals()).isTrue();
    }
}
