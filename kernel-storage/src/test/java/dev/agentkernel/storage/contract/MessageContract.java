package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.messages.HeldLease;
import dev.agentkernel.core.messages.MessagingSettings;
import dev.agentkernel.core.messages.OutgoingMessage;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.QueueTotals;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.messages.SentMessage;
import dev.agentkernel.core.messages.TakenMessages;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Queues: what is accepted is kept, in order, until it was delivered. */
public abstract class MessageContract extends StorageContract {

    private static final Duration LONGER_THAN_A_TAKE = Duration.ofSeconds(61);

    @Test
    void takenMessageShouldBeWhatWasSent() {
        AgentCaller sender = kernel.newAgent();
        AgentCaller recipient = kernel.newAgent();
        SentMessage sent = kernel.send(sender, recipient, "hello");

        TakenMessages taken = kernel.messages().take(recipient, 10);

        assertThat(taken.messages()).hasSize(1);
        QueuedMessage message = taken.messages().getFirst();
        assertThat(message.messageId()).isEqualTo(sent.messageId());
        assertThat(message.from()).isEqualTo(sender.address());
        assertThat(message.to()).isEqualTo(recipient.address());
        assertThat(message.content().toUtf8()).isEqualTo("hello");
        assertThat(message.timestamp()).isEqualTo(sent.timestamp());
        assertThat(taken.remaining()).isZero();
    }

    @Test
    void contentsShouldComeBackByteForByte() {
        AgentCaller agent = kernel.newAgent();
        String odd = "a\0b\uD83D\uDE80\\\"\u0001\uFFFF\r\n";
        String large = "\u0000x".repeat(32_768);
        kernel.send(agent, agent, odd);
        kernel.send(agent, agent, large);

        assertThat(KernelProcess.contentsOf(kernel.receive(agent, 10))).containsExactly(odd, large);
    }

    @Test
    void queueShouldKeepTheOrderOfSending() {
        AgentCaller sender = kernel.newAgent();
        AgentCaller recipient = kernel.newAgent();
        List<String> contents = IntStream.range(0, 25).mapToObj(i -> "m" + i).toList();
        contents.forEach(content -> kernel.send(sender, recipient, content));

        List<String> received = new ArrayList<>();
        received.addAll(KernelProcess.contentsOf(kernel.receive(recipient, 10)));
        received.addAll(KernelProcess.contentsOf(kernel.receive(recipient, 10)));
        received.addAll(KernelProcess.contentsOf(kernel.receive(recipient, 10)));

        assertThat(received).isEqualTo(contents);
    }

    @Test
    void confirmedMessagesShouldBeGone() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "once");
        assertThat(kernel.receive(agent, 10)).hasSize(1);

        assertThat(kernel.storage().messages().hasWaiting(agent.address())).isFalse();
        assertThat(kernel.storage().messages().depth(agent.address())).isEqualTo(QueueDepth.EMPTY);
        assertThat(kernel.receive(agent, 10)).isEmpty();
    }

    @Test
    void takenMessagesShouldBeInNobodyElsesHands() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "a");
        kernel.send(agent, agent, "b");
        TakenMessages first = kernel.messages().take(agent, 1);

        assertThat(first.remaining()).isEqualTo(1);
        assertThat(KernelProcess.contentsOf(kernel.receive(agent, 10))).containsExactly("b");
        assertThat(kernel.storage().messages().depth(agent.address())).isEqualTo(new QueueDepth(1, 1, 0));
    }

    @Test
    void messagesGivenBackShouldComeFirstAgain() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "a");
        kernel.send(agent, agent, "b");
        TakenMessages taken = kernel.messages().take(agent, 1);
        kernel.send(agent, agent, "c");

        kernel.messages().giveBack(taken);

        assertThat(kernel.storage().messages().depth(agent.address())).isEqualTo(new QueueDepth(3, 3, 3));
        assertThat(KernelProcess.contentsOf(kernel.receive(agent, 10))).containsExactly("a", "b", "c");
    }

    @Test
    void leaseThatRanOutShouldBeSweptAndItsConfirmationChangeNothing() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "again");
        TakenMessages late = kernel.messages().take(agent, 10);
        assertThat(kernel.leases().runOnce()).isZero();

        clock.advance(LONGER_THAN_A_TAKE);
        assertThat(kernel.leases().runOnce()).isEqualTo(1);
        TakenMessages second = kernel.messages().take(agent, 10);
        kernel.messages().confirm(late);

        assertThat(KernelProcess.idsOf(second.messages())).isEqualTo(KernelProcess.idsOf(late.messages()));
        assertThat(second.lease().orElseThrow().messages().getFirst().attempt()).isEqualTo(2);
        assertThat(kernel.storage().messages().depth(agent.address())).isEqualTo(new QueueDepth(1, 5, 0));
    }

    @Test
    void expiredLeasesShouldComeLongestExpiredFirst() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "a");
        kernel.send(agent, agent, "b");
        TakenMessages first = kernel.messages().take(agent, 1);
        clock.advance(Duration.ofSeconds(1));
        TakenMessages second = kernel.messages().take(agent, 1);

        clock.advance(Duration.ofSeconds(59).minusNanos(1_000));
        assertThat(kernel.storage().messages().expiredLeases(10)).isEmpty();
        clock.advance(Duration.ofNanos(1_000));
        assertThat(kernel.storage().messages().expiredLeases(10))
                .extracting(HeldLease::seq)
                .containsExactly(seqOf(first));
        clock.advance(Duration.ofSeconds(1));
        assertThat(kernel.storage().messages().expiredLeases(10))
                .extracting(HeldLease::seq)
                .containsExactly(seqOf(first), seqOf(second));
        assertThat(kernel.storage().messages().expiredLeases(1))
                .extracting(HeldLease::seq)
                .containsExactly(seqOf(first));
    }

    private static long seqOf(TakenMessages taken) {
        return taken.messages().getFirst().seq();
    }

    @Test
    void leasesShouldBeFoundByTheirHolder() throws Exception {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "a");
        TakenMessages taken = kernel.messages().take(agent, 1);
        HeldLease held =
                new HeldLease(agent.address(), taken.lease().orElseThrow().leaseId(), seqOf(taken));

        assertThat(kernel.storage().messages().leasesHeldBy(kernel.takes().name(), 0, 10))
                .containsExactly(held);
        assertThat(kernel.storage().messages().leasesHeldBy("somebody else", 0, 10))
                .isEmpty();

        restart();
        kernel.leases().giveBackAllHeldBy(kernel.takes());
        assertThat(kernel.storage().messages().leasesHeldBy(kernel.takes().name(), 0, 10))
                .isEmpty();
        assertThat(KernelProcess.contentsOf(kernel.receive(agent, 1))).containsExactly("a");
    }

    @Test
    void leasesOfAHolderShouldComePageByPageInTheOrderOfTheirMessages() throws Exception {
        AgentCaller agent = kernel.newAgent();
        List<Long> leased = new ArrayList<>();
        for (String content : List.of("a", "b", "c")) {
            kernel.send(agent, agent, content);
            leased.add(seqOf(kernel.messages().take(agent, 1)));
        }

        List<Long> found = new ArrayList<>();
        List<HeldLease> page = heldAfter(0);
        while (!page.isEmpty()) {
            page.forEach(held -> found.add(held.seq()));
            page = heldAfter(found.getLast());
        }
        assertThat(found).isEqualTo(leased);
    }

    private List<HeldLease> heldAfter(long seq) {
        return kernel.storage().messages().leasesHeldBy(kernel.takes().name(), seq, 2);
    }

    @Test
    void readingShouldKeepTheAskedOrderAndLeaveOutWhatIsNotTheRecipients() {
        AgentCaller agent = kernel.newAgent();
        AgentCaller other = kernel.newAgent();
        kernel.send(agent, agent, "a");
        kernel.send(agent, agent, "b");
        kernel.send(agent, other, "c");
        long first = kernel.messages().take(agent, 1).messages().getFirst().seq();
        long second = kernel.messages().take(agent, 1).messages().getFirst().seq();
        long others = kernel.messages().take(other, 1).messages().getFirst().seq();

        List<QueuedMessage> read =
                kernel.storage().messages().read(agent.address(), List.of(second, others, first, Long.MAX_VALUE));

        assertThat(KernelProcess.contentsOf(read)).containsExactly("b", "a");
        assertThat(kernel.storage().messages().read(agent.address(), List.of())).isEmpty();
    }

    @Test
    void depthShouldCountWaitingAndLeased() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "1234");
        kernel.send(agent, agent, "12");
        assertThat(kernel.storage().messages().depth(agent.address())).isEqualTo(new QueueDepth(2, 6, 2));
        TakenMessages taken = kernel.messages().take(agent, 1);
        assertThat(kernel.storage().messages().depth(agent.address())).isEqualTo(new QueueDepth(2, 6, 1));
        kernel.messages().confirm(taken);
        assertThat(kernel.storage().messages().depth(agent.address())).isEqualTo(new QueueDepth(1, 2, 1));
        assertThat(kernel.storage().messages().depth("tab_nobody")).isEqualTo(QueueDepth.EMPTY);
    }

    @Test
    void totalsShouldCountAllQueuesAndWhatWaitsToBePushed() {
        AgentCaller pulling = kernel.newAgent();
        AgentCaller pushing = kernel.newAgent();
        assertThat(kernel.storage().messages().queueTotals()).isEqualTo(new QueueTotals(0, 0, 0));
        kernel.accounts().setWebhook(pushing, "https://receiver.example/hook");
        kernel.send(pulling, pulling, "1234");
        kernel.send(pulling, pushing, "12");
        kernel.send(pulling, pushing, "1");
        assertThat(kernel.storage().messages().queueTotals()).isEqualTo(new QueueTotals(3, 7, 2));

        assertThat(kernel.outbox().claim(pushing.address(), Duration.ofSeconds(30)))
                .isPresent();
        assertThat(kernel.storage().messages().queueTotals()).isEqualTo(new QueueTotals(3, 7, 1));
        kernel.receive(pulling, 1);
        assertThat(kernel.storage().messages().queueTotals()).isEqualTo(new QueueTotals(2, 3, 1));
    }

    @Test
    void fullQueueShouldRefuseAndTakeInAgainWhenThereIsRoom() throws Exception {
        restart(Limits.DEFAULT.with(new MessagingSettings(100, 2, 1_000)));
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "a");
        kernel.send(agent, agent, "b");
        assertRefused(ErrorCode.QUEUE_FULL, () -> kernel.send(agent, agent, "c"));
        TakenMessages taken = kernel.messages().take(agent, 1);
        assertRefused(ErrorCode.QUEUE_FULL, () -> kernel.send(agent, agent, "c"));
        kernel.messages().confirm(taken);

        kernel.send(agent, agent, "d");
        assertThat(KernelProcess.contentsOf(kernel.receive(agent, 10))).containsExactly("b", "d");
    }

    @Test
    void senderShouldTakeUpNoMoreOfAQueueThanItsShare() throws Exception {
        restart(Limits.DEFAULT.with(new MessagingSettings(100, 10, 1_000).withSenderPercentMax(30)));
        AgentCaller loud = kernel.newAgent();
        AgentCaller quiet = kernel.newAgent();
        AgentCaller recipient = kernel.newAgent();
        AgentCaller other = kernel.newAgent();
        for (int i = 0; i < 3; i++) {
            kernel.send(loud, recipient, "m" + i);
        }
        assertRefused(ErrorCode.QUEUE_FULL, () -> kernel.send(loud, recipient, "refused"));
        kernel.send(quiet, recipient, "heard");
        kernel.send(loud, other, "elsewhere");
        TakenMessages taken = kernel.messages().take(recipient, 1);
        kernel.send(loud, recipient, "m3");
        kernel.messages().giveBack(taken);
        assertRefused(ErrorCode.QUEUE_FULL, () -> kernel.send(loud, recipient, "refused"));
        assertThat(KernelProcess.contentsOf(kernel.receive(recipient, 10)))
                .containsExactly("m0", "m1", "m2", "heard", "m3");
        kernel.send(loud, recipient, "again");
    }

    /** However the sends gather in batches. */
    @Test
    void shareShouldHoldForSendsAtOneMoment() throws Exception {
        restart(Limits.DEFAULT.with(new MessagingSettings(100, 100, 10_000).withSenderPercentMax(10)));
        AgentCaller recipient = kernel.newAgent();
        List<AgentCaller> senders = kernel.newAgents(3);
        AtomicInteger accepted = new AtomicInteger();
        List<Race.Runner> runners = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            AgentCaller sender = senders.get(i % 3);
            runners.add(() -> {
                try {
                    kernel.send(sender, recipient, "m");
                    accepted.incrementAndGet();
                } catch (RefusedException full) {
                    assertThat(full.code()).isEqualTo(ErrorCode.QUEUE_FULL);
                }
            });
        }
        Race.run(runners);
        assertThat(accepted).hasValue(30);
        assertThat(kernel.storage().messages().depth(recipient.address()).messages())
                .isEqualTo(30);
    }

    @Test
    void allQueuesTogetherShouldBeBounded() throws Exception {
        restart(Limits.DEFAULT.with(new MessagingSettings(100, 100, 10)));
        AgentCaller one = kernel.newAgent();
        AgentCaller two = kernel.newAgent();
        kernel.send(one, one, "123456");
        kernel.send(one, two, "1234");
        assertRefused(ErrorCode.QUEUE_FULL, () -> kernel.send(one, two, "1"));
        kernel.receive(one, 1);
        kernel.send(two, one, "123456");
    }

    @Test
    void unknownRecipientShouldBeRefusedWhateverItsName() {
        AgentCaller agent = kernel.newAgent();
        for (String name : List.of("tab_nobody", "", "tab\0nul", "\uD800", "x".repeat(10_000))) {
            assertRefused(
                    ErrorCode.NOT_FOUND,
                    () -> kernel.messages().send(agent, new OutgoingMessage(name, KernelProcess.utf8("x"), null)));
        }
    }

    @Test
    void repeatedIdempotencyKeyShouldGiveTheFirstAnswer() throws Exception {
        AgentCaller agent = kernel.newAgent();
        SentMessage first = kernel.send(agent, agent, "once", "key \0 1");
        clock.advance(Duration.ofHours(1));
        assertThat(kernel.send(agent, agent, "once", "key \0 1")).isEqualTo(first);
        restart();
        assertThat(kernel.send(agent, agent, "once", "key \0 1")).isEqualTo(first);
        assertRefused(ErrorCode.IDEMPOTENCY_MISMATCH, () -> kernel.send(agent, agent, "twice", "key \0 1"));
        assertThat(kernel.receive(agent, 10)).hasSize(1);
        assertThat(kernel.send(agent, agent, "once", "key \0 1")).isEqualTo(first);
        assertThat(kernel.receive(agent, 10)).isEmpty();
    }

    @Test
    void idempotencyKeyShouldBelongToItsSender() {
        AgentCaller one = kernel.newAgent();
        AgentCaller two = kernel.newAgent();
        SentMessage first = kernel.send(one, one, "x", "key");
        assertThat(kernel.send(two, one, "x", "key").messageId()).isNotEqualTo(first.messageId());
        assertThat(kernel.receive(one, 10)).hasSize(2);
    }

    @Test
    void idempotencyKeyShouldServeAnewAfterADay() {
        AgentCaller agent = kernel.newAgent();
        SentMessage first = kernel.send(agent, agent, "x", "key");
        clock.advance(Duration.ofHours(24));
        SentMessage second = kernel.send(agent, agent, "y", "key");
        assertThat(second.messageId()).isNotEqualTo(first.messageId());
        assertThat(kernel.send(agent, agent, "y", "key")).isEqualTo(second);
    }

    static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }
}
