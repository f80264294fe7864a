package dev.agentkernel.core.messages;

import static dev.agentkernel.core.messages.Agents.ALICE;
import static dev.agentkernel.core.messages.Agents.BOB;
import static dev.agentkernel.core.messages.Agents.NOBODY;
import static dev.agentkernel.core.messages.Agents.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageQueuesTest extends MessagesFixture {

    private static final MessagingSettings SETTINGS = new MessagingSettings(10, 100, 10_000);
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final MessageQueues queues = queues(SETTINGS);

    private SentMessage send(String to, String text, @Nullable String key) {
        return queues.send(ALICE, new OutgoingMessage(to, content(text), key));
    }

    private ErrorCode refusalOf(String to, String text, @Nullable String key) {
        return catchThrowableOfType(RefusedException.class, () -> send(to, text, key))
                .code();
    }

    @Test
    void contentMustHaveOneByteAndMayHaveAllThatAreAllowed() {
        assertThat(refusalOf(BOB.address(), "", null)).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusalOf(BOB.address(), "12345678901", null)).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusalOf(BOB.address(), "äöüäöü", null)).as("12 bytes").isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(send(BOB.address(), "1234567890", null).to()).isEqualTo(BOB.address());
    }

    @Test
    void whatIsNobodysAddressIsNotFound() {
        assertThat(refusalOf(NOBODY, "x", null)).isEqualTo(ErrorCode.NOT_FOUND);
        int records = storage.history().size();
        assertThat(refusalOf("not an address", "x", null)).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(storage.history()).hasSize(records);
    }

    @Test
    void anIdempotencyKeyHasOneTo255Bytes() {
        assertThat(refusalOf(BOB.address(), "x", "")).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusalOf(BOB.address(), "x", "k".repeat(256))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusalOf(BOB.address(), "x", "é".repeat(128))).isEqualTo(ErrorCode.BAD_REQUEST);
        send(BOB.address(), "x", "k".repeat(255));
    }

    @Test
    void theSameKeyMeansTheSameSend() {
        SentMessage first = send(BOB.address(), "x", "key");
        assertThat(send(BOB.address(), "x", "key")).isEqualTo(first);
        assertThat(refusalOf(BOB.address(), "y", "key")).isEqualTo(ErrorCode.IDEMPOTENCY_MISMATCH);
        assertThat(refusalOf(ALICE.address(), "x", "key")).isEqualTo(ErrorCode.IDEMPOTENCY_MISMATCH);
        assertThat(storage.messages().depth(BOB.address()).messages()).isEqualTo(1);
    }

    @Test
    void takingGivesTheOldestAndTheirContentAndHowManyRemain() {
        send(BOB.address(), "first", null);
        send(BOB.address(), "second", null);
        send(BOB.address(), "third", null);
        TakenMessages taken = queues.take(BOB, 2);
        assertThat(taken.messages())
                .extracting(message -> message.content().toUtf8())
                .containsExactly("first", "second");
        assertThat(taken.messages()).extracting(QueuedMessage::from).containsOnly(ALICE.address());
        assertThat(taken.remaining()).isEqualTo(1);
        assertThat(queues.take(BOB, 2).messages())
                .extracting(message -> message.content().toUtf8())
                .containsExactly("third");
        assertThat(queues.take(BOB, 2)).isEqualTo(TakenMessages.NONE);
    }

    @Test
    void anEmptyPollCommitsNothing() {
        storage.failNextCommit(new IllegalStateException("an empty poll came to the commit"));
        storage.failNextCommit(new IllegalStateException("an empty poll came to the commit"));
        assertThat(queues.take(BOB, 1)).isEqualTo(TakenMessages.NONE);
    }

    @Test
    void takenMessagesAreGoneWhenConfirmedAndWaitInTheirOldPlaceWhenGivenBack() {
        send(BOB.address(), "first", null);
        send(BOB.address(), "second", null);
        queues.giveBack(queues.take(BOB, 1));
        TakenMessages again = queues.take(BOB, 1);
        assertThat(again.messages().getFirst().content()).isEqualTo(content("first"));
        queues.confirm(again);
        queues.confirm(again);
        assertThat(storage.messages().depth(BOB.address())).isEqualTo(new QueueDepth(1, 6, 1));
        queues.confirm(TakenMessages.NONE);
        queues.giveBack(TakenMessages.NONE);
    }

    @Test
    void whatCannotBeReadIsGivenBackAtOnce() {
        send(BOB.address(), "first", null);
        StorageException away = MemoryStorage.away();
        storage.failNextRead(away);
        assertThatThrownBy(() -> queues.take(BOB, 1)).isSameAs(away);
        assertThat(storage.messages().depth(BOB.address()).pullWaiting()).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeGivenBackAtOnceComesBeforeWhatIsNewer() {
        send(BOB.address(), "first", null);
        TakenMessages broken = queues.take(BOB, 1);
        storageIsAwayFor(1);
        queues.giveBack(broken);
        send(BOB.address(), "second", null);

        storageIsAwayFor(1);
        assertThatThrownBy(() -> queues.take(BOB, 2)).isInstanceOf(RefusedException.class);
        assertThat(queues.take(BOB, 2).messages())
                .extracting(message -> message.content().toUtf8())
                .containsExactly("first", "second");
    }

    @Test
    void whatCouldNotBeGivenBackAtOnceIsLeasedFirstToo() {
        sendTwoOfWhichTheFirstCouldNotBeGivenBack();
        assertThat(textsOf(queues.lease(BOB, LeaseHolder.worker("1"), 1, LEASE)))
                .containsExactly("first");
    }

    @Test
    void whatCouldNotBeGivenBackAtOnceIsLeasedFirstByWhoeverExpectsMailToo() {
        sendTwoOfWhichTheFirstCouldNotBeGivenBack();
        assertThat(textsOf(queues.leaseExpected(BOB, LeaseHolder.worker("1"), 1, 1_000, LEASE)))
                .containsExactly("first");
    }

    private void sendTwoOfWhichTheFirstCouldNotBeGivenBack() {
        send(BOB.address(), "first", null);
        TakenMessages broken = queues.take(BOB, 1);
        storageIsAwayFor(1);
        queues.giveBack(broken);
        send(BOB.address(), "second", null);
    }

    private static List<String> textsOf(Deliveries leased) {
        return leased.deliveries().stream()
                .map(delivery -> delivery.message().content().toUtf8())
                .toList();
    }
}
