package dev.agentkernel.core.messages;

import static dev.agentkernel.core.messages.Agents.ALICE;
import static dev.agentkernel.core.messages.Agents.BOB;
import static dev.agentkernel.core.messages.Agents.CAROL;
import static dev.agentkernel.core.messages.Agents.content;
import static dev.agentkernel.core.messages.Agents.id;
import static dev.agentkernel.core.messages.Agents.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Requirements.BlockRef;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.memory.Decided;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What may be asked of the queues, and how long. */
class MessageLimitsTest extends MessagesFixture {

    private static final NamedLeases NAMED = NamedLeases.of(List.of(id(1)));
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final LeaseHolder WORKER = LeaseHolder.worker("w");

    private final MessageQueues queues = queues(MessagingSettings.DEFAULT);

    private static void assertBadRequest(ThrowingCallable call) {
        assertThat(catchThrowableOfType(RefusedException.class, call).code()).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    private static MessageContext context(@Nullable String correlationId, @Nullable Duration timeToLive) {
        return new MessageContext(correlationId == null ? null : content(correlationId), null, timeToLive);
    }

    private void sendToBob() {
        queues.send(ALICE, new OutgoingMessage(BOB.address(), content("x"), null));
    }

    @Test
    void contextShouldBeWithinItsLimits() {
        context("c".repeat(128), Duration.ofSeconds(1)).requireAllowed();
        context("c", Duration.ofDays(365)).requireAllowed();
        MessageContext.NONE.requireAllowed();
        assertBadRequest(() -> context("", null).requireAllowed());
        assertBadRequest(() -> context("é".repeat(64) + "e", null).requireAllowed());
        assertBadRequest(() -> context(null, Duration.ofMillis(999)).requireAllowed());
        assertBadRequest(() -> context(null, Duration.ofDays(365).plusNanos(1)).requireAllowed());
        assertBadRequest(
                () -> queues.send(ALICE, new OutgoingMessage(BOB.address(), content("x"), context("", null), null)));
    }

    @Test
    void leaseShouldLastFromASecondToAnHour() {
        assertThat(queues.lease(BOB, WORKER, 1, Duration.ofSeconds(1))).isEqualTo(Deliveries.NONE);
        assertThat(queues.lease(BOB, WORKER, 1, Duration.ofHours(1))).isEqualTo(Deliveries.NONE);
        for (Duration lease :
                List.of(Duration.ofMillis(999), Duration.ofHours(1).plusNanos(1))) {
            assertBadRequest(() -> queues.lease(BOB, WORKER, 1, lease));
            assertBadRequest(() -> queues.leaseExpected(BOB, WORKER, 1, 1, lease));
            assertBadRequest(() -> queues.extend(BOB, NAMED, lease));
        }
        assertThat(queues.extend(BOB, NAMED, LEASE).unknown()).containsExactly(id(1));
    }

    @Test
    void restShouldLastHalfADayAtMost() {
        assertThat(queues.nack(BOB, NAMED, Duration.ZERO).unknown()).containsExactly(id(1));
        assertThat(queues.nack(BOB, NAMED, Duration.ofHours(12)).unknown()).containsExactly(id(1));
        assertBadRequest(() -> queues.nack(BOB, NAMED, Duration.ofNanos(-1)));
        assertBadRequest(() -> queues.nack(BOB, NAMED, Duration.ofHours(12).plusNanos(1)));
    }

    @Test
    void workersOwnLeaseShouldBeAcknowledgedOnce() {
        sendToBob();
        sendToBob();
        Deliveries leased = queues.lease(BOB, WORKER, 1, LEASE);
        assertThat(leased.remaining()).isEqualTo(1);
        UUID lease = leased.deliveries().getFirst().leaseId();
        NamedLeases named = NamedLeases.of(List.of(lease));
        assertThat(queues.acknowledge(BOB, named, DeliveryMethod.PULL).changed())
                .containsExactly(lease);
        assertThat(queues.acknowledge(BOB, named, DeliveryMethod.PULL).unknown())
                .containsExactly(lease);
        assertThat(queues.leaseExpected(BOB, WORKER, 1, 1, LEASE).deliveries()).hasSize(1);
        assertThat(queues.leaseExpected(BOB, WORKER, 1, 1, LEASE)).isEqualTo(Deliveries.NONE);
    }

    @Test
    void workerIdShouldBeShortAndReadable() {
        assertThat(LeaseHolder.worker("ä".repeat(64)).name()).isEqualTo("worker@" + "ä".repeat(64));
        assertBadRequest(() -> LeaseHolder.worker(""));
        assertBadRequest(() -> LeaseHolder.worker("ä".repeat(65)));
        assertBadRequest(() -> LeaseHolder.worker("a\nb"));
        assertThat(LeaseHolder.acknowledges("worker@w")).isTrue();
        assertThat(LeaseHolder.acknowledges(LeaseHolder.socketsOf("me").name())).isTrue();
        assertThat(LeaseHolder.acknowledges(LeaseHolder.pushesOf("me").name())).isFalse();
        assertThat(LeaseHolder.acknowledges(LeaseHolder.takesOf("me").name())).isFalse();
        assertThat(LeaseHolder.acknowledges(LeaseHolder.NOBODY.name())).isFalse();
    }

    @Test
    void leaseIdShouldTellItsMessageAndBeAUuidOfVersionEight() {
        UUID claim = new UUID(0x1111_2222_3333_7444L, 0x8555_6666_7777_8888L);
        for (long seq : new long[] {0, 1, 0xfff, 0x1000, 123_456_789_012L, (1L << 59) + 5}) {
            UUID lease = LeaseIds.of(seq, claim);
            assertThat(LeaseIds.seqOf(lease)).isEqualTo(seq);
            assertThat(lease.version()).isEqualTo(8);
            assertThat(lease.getLeastSignificantBits()).isEqualTo(claim.getLeastSignificantBits());
        }
    }

    @Test
    void fingerprintShouldDifferInEveryPart() {
        OutgoingMessage plain = new OutgoingMessage("to", content("x"), "key");
        UUID replyTo = new UUID(1, 2);
        List<ByteString> prints = Stream.of(
                        plain,
                        new OutgoingMessage("tox", content(""), "key"),
                        with(new MessageContext(content("x"), null, null)),
                        with(new MessageContext(null, replyTo, null)),
                        with(new MessageContext(content(replyTo.toString()), null, null)),
                        with(new MessageContext(null, null, Duration.ofSeconds(7))),
                        with(new MessageContext(content("7"), null, null)),
                        with(new MessageContext(content("x"), replyTo, Duration.ofSeconds(7))),
                        with(new MessageContext(content(""), null, null)))
                .map(Fingerprint::of)
                .toList();
        assertThat(prints).doesNotHaveDuplicates();
        assertThat(Fingerprint.of(new OutgoingMessage("to", content("x"), "another")))
                .isEqualTo(prints.getFirst());
    }

    private static OutgoingMessage with(MessageContext context) {
        return new OutgoingMessage("to", content("x"), context, "key");
    }

    private static SendMessage send(AgentCaller from, int id, MessagingSettings settings) {
        return new SendMessage(from, id(id), CAROL.address(), content("x"), MessageContext.NONE, null, settings);
    }

    @Test
    void oneSenderShouldFillNoMoreThanItsPartOfAQueue() {
        MessagingSettings settings = new MessagingSettings(10, 10, 1_000).withSenderPercentMax(29);
        assertThat(settings.senderMessagesMax()).isEqualTo(2);
        assertThat(settings.withSenderPercentMax(1).senderMessagesMax()).isEqualTo(1);
        assertThat(settings.withSenderPercentMax(100).limitsSenders()).isFalse();
        WorkingSet rows = rows(ALICE, BOB, CAROL);
        rows.loadWaitingFrom(CAROL.address(), ALICE.address(), 1);
        rows.loadWaitingFrom(CAROL.address(), BOB.address(), 0);
        Decided decided = Decided.of(rows, send(ALICE, 1, settings), send(ALICE, 2, settings), send(BOB, 3, settings));
        assertThat(decided.codes()).containsExactly(null, ErrorCode.QUEUE_FULL, null);
        assertThat(decided.refusal(1).sentence()).contains("2 messages of this agent; at most 2");
        Requirements required = new Requirements();
        send(ALICE, 1, settings).require(required);
        assertThat(required.senderShares()).containsOnlyKeys(CAROL.address());
        Requirements unlimited = new Requirements();
        send(ALICE, 1, MessagingSettings.DEFAULT).require(unlimited);
        assertThat(unlimited.senderShares()).isEmpty();
        assertThat(unlimited.blocks()).containsExactly(new BlockRef(CAROL.address(), ALICE.address()));
    }

    @Test
    void blockedSenderShouldBeRefused() {
        WorkingSet rows = rows(ALICE, BOB, CAROL);
        rows.loadBlock(new BlockRef(CAROL.address(), ALICE.address()));
        Decided decided =
                Decided.of(rows, send(ALICE, 1, MessagingSettings.DEFAULT), send(BOB, 2, MessagingSettings.DEFAULT));
        assertThat(decided.codes()).containsExactly(ErrorCode.BLOCKED, null);
    }

    @Test
    void whoeverWaitsShouldGetWhatComesAndBeCountedMeanwhile() throws Exception {
        CompletableFuture<TakenMessages> taken = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> taken.complete(queues.take(BOB, 1, patient())));
        await().atMost(Duration.ofSeconds(60)).until(() -> queues.waiting() == 1);
        sendToBob();
        queues.waitingRequests().onAgentHasMail(BOB.address());
        assertThat(taken.get(60, TimeUnit.SECONDS).messages()).hasSize(1);
        assertThat(queues.waiting()).isZero();
    }

    @Test
    void whoeverWaitsForALeaseShouldBeAnsweredWhenTheKernelStops() throws Exception {
        CompletableFuture<Deliveries> leased = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> leased.complete(queues.lease(BOB, WORKER, 1, LEASE, patient())));
        await().atMost(Duration.ofSeconds(60)).until(() -> queues.waiting() == 1);
        queues.endWaiting();
        assertThat(leased.get(60, TimeUnit.SECONDS)).isEqualTo(Deliveries.NONE);
    }

    @Test
    void whatWaitsShouldBeGivenAtOnceHoweverPatientOneIs() {
        sendToBob();
        assertThat(queues.take(BOB, 1, patient()).messages()).hasSize(1);
        assertThat(queues.take(BOB, 1, Patience.NONE)).isEqualTo(TakenMessages.NONE);
        assertThat(queues.take(BOB, 1, new Patience(Duration.ofNanos(1), () -> true)))
                .isEqualTo(TakenMessages.NONE);
    }

    @Test
    void nothingShouldBeTakenForWhoeverIsGone() {
        Patience gone = new Patience(Duration.ofMinutes(10), () -> {
            sendToBob();
            return false;
        });
        assertThat(queues.take(BOB, 1, gone)).isEqualTo(TakenMessages.NONE);
        assertThat(storage.messages().depth(BOB.address()).pullWaiting()).isEqualTo(1);
    }

    private static Patience patient() {
        return new Patience(Duration.ofMinutes(10), () -> true);
    }
}
