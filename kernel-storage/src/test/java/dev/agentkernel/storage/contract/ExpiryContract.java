package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.MessageContext;
import dev.agentkernel.core.messages.MessagingSettings;
import dev.agentkernel.core.messages.NamedLeases;
import dev.agentkernel.core.messages.OutgoingMessage;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.messages.SentMessage;
import dev.agentkernel.core.messages.TakenMessages;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** A message that its sender gave a time to live is delivered in time or not at all, and the log says which. */
public abstract class ExpiryContract extends StorageContract {

    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final LeaseHolder WORKER = LeaseHolder.worker("w");

    private SentMessage sendBrief(AgentCaller to, String content) {
        return kernel.messages()
                .send(
                        to,
                        new OutgoingMessage(
                                to.address(),
                                KernelProcess.utf8(content),
                                new MessageContext(null, null, TIME_TO_LIVE),
                                null));
    }

    private List<Delivery> lease(AgentCaller agent) {
        return kernel.messages().lease(agent, WORKER, 100, LEASE).deliveries();
    }

    private static NamedLeases named(Delivery delivery) {
        return NamedLeases.of(List.of(delivery.leaseId()));
    }

    private QueueDepth depth(AgentCaller agent) {
        return kernel.storage().messages().depth(agent.address());
    }

    private List<String> expired() {
        return kernel.allEvents(100).stream()
                .filter(event -> event.type() == EventType.MESSAGE_EXPIRED)
                .map(event -> event.data().toUtf8())
                .toList();
    }

    private static String dataOf(SentMessage sent) {
        return "{\"message_id\":\"" + sent.messageId() + "\",\"to\":\"" + sent.to() + "\"}";
    }

    @Test
    void expiredMessageShouldBeHandedOutToNobodyAndThenRemovedAndLogged() throws Exception {
        AgentCaller agent = kernel.newAgent();
        SentMessage brief = sendBrief(agent, "brief");
        kernel.send(agent, agent, "lasting");
        clock.advance(TIME_TO_LIVE.minusNanos(1_000));
        assertThat(kernel.expiry().runOnce()).isZero();
        clock.advance(Duration.ofNanos(1_000));

        TakenMessages taken = kernel.messages().take(agent, 10);
        assertThat(KernelProcess.contentsOf(taken.messages())).containsExactly("lasting");
        kernel.messages().giveBack(taken);
        assertThat(kernel.expiry().runOnce()).isEqualTo(1);
        assertThat(kernel.expiry().runOnce()).isZero();

        assertThat(expired()).containsExactly(dataOf(brief));
        Event event = kernel.allEvents(100).getLast();
        assertThat(event.agent()).isEqualTo(agent.address());
        assertThat(depth(agent)).isEqualTo(new QueueDepth(1, 7, 1));
        restart();
        assertThat(depth(agent)).isEqualTo(new QueueDepth(1, 7, 1));
        assertThat(KernelProcess.contentsOf(kernel.receive(agent, 10))).containsExactly("lasting");
        assertThat(kernel.expiry().runOnce()).isZero();
    }

    @Test
    void messageShouldExpireAfterARestartAsBefore() throws Exception {
        AgentCaller agent = kernel.newAgent();
        sendBrief(agent, "brief");
        restart();
        clock.advance(TIME_TO_LIVE);
        assertThat(lease(agent)).isEmpty();
        assertThat(kernel.expiry().runOnce()).isEqualTo(1);
        assertThat(depth(agent)).isEqualTo(QueueDepth.EMPTY);
    }

    @Test
    void messageDeliveredInTimeShouldNeverExpire() {
        AgentCaller agent = kernel.newAgent();
        sendBrief(agent, "brief");
        assertThat(kernel.receive(agent, 10)).hasSize(1);
        clock.advance(TIME_TO_LIVE);
        assertThat(kernel.expiry().runOnce()).isZero();
        assertThat(expired()).isEmpty();
    }

    @Test
    void messageInSomebodysHandsShouldBeTheirsToAcknowledge() {
        AgentCaller agent = kernel.newAgent();
        sendBrief(agent, "brief");
        Delivery held = lease(agent).getFirst();
        clock.advance(TIME_TO_LIVE.plusSeconds(1));

        assertThat(kernel.expiry().runOnce()).isZero();
        assertThat(kernel.messages().extend(agent, named(held), LEASE).changed())
                .hasSize(1);
        assertThat(kernel.messages()
                        .acknowledge(agent, named(held), DeliveryMethod.PULL)
                        .changed())
                .hasSize(1);

        assertThat(expired()).isEmpty();
        assertThat(depth(agent)).isEqualTo(QueueDepth.EMPTY);
    }

    @Test
    void messageThatComesBackTooLateShouldExpireThen() {
        AgentCaller agent = kernel.newAgent();
        SentMessage given = sendBrief(agent, "given");
        SentMessage lapsed = sendBrief(agent, "lapsed");
        SentMessage taken = sendBrief(agent, "taken");
        List<Delivery> held = kernel.messages().lease(agent, WORKER, 2, LEASE).deliveries();
        TakenMessages onItsWay = kernel.messages().take(agent, 1);
        clock.advance(TIME_TO_LIVE);

        assertThat(kernel.messages()
                        .nack(agent, named(held.getFirst()), Duration.ofHours(1))
                        .changed())
                .hasSize(1);
        kernel.messages().giveBack(onItsWay);
        assertThat(expired()).containsExactly(dataOf(given), dataOf(taken));
        clock.advance(LEASE);
        assertThat(kernel.leases().runOnce()).isEqualTo(1);

        assertThat(expired()).containsExactly(dataOf(given), dataOf(taken), dataOf(lapsed));
        assertThat(depth(agent)).isEqualTo(QueueDepth.EMPTY);
        assertThat(kernel.receive(agent, 10)).isEmpty();
    }

    @Test
    void messageThatRestsShouldExpireAtTheEndOfItsRest() {
        AgentCaller agent = kernel.newAgent();
        sendBrief(agent, "brief");
        kernel.messages().nack(agent, named(lease(agent).getFirst()), TIME_TO_LIVE.multipliedBy(2));
        clock.advance(TIME_TO_LIVE);
        assertThat(kernel.expiry().runOnce()).isZero();
        clock.advance(TIME_TO_LIVE);
        assertThat(kernel.leases().runOnce()).isEqualTo(1);
        assertThat(expired()).hasSize(1);
        assertThat(depth(agent)).isEqualTo(QueueDepth.EMPTY);
    }

    @Test
    void messageForAWebhookShouldExpireToo() {
        AgentCaller agent = kernel.newAgent();
        kernel.accounts().setWebhook(agent, "https://hooks.example/");
        SentMessage first = sendBrief(agent, "first");
        SentMessage second = sendBrief(agent, "second");
        Delivery underWay = kernel.outbox().claim(agent.address(), LEASE).orElseThrow();
        clock.advance(TIME_TO_LIVE);
        assertThat(kernel.expiry().runOnce()).isEqualTo(1);
        kernel.messages().giveBack(underWay, Route.PUSH, Duration.ofSeconds(1));

        assertThat(expired()).containsExactly(dataOf(second), dataOf(first));
        assertThat(kernel.outbox().waiting(null, 10).addresses()).isEmpty();
        assertThat(kernel.outbox().claim(agent.address(), LEASE)).isEmpty();
        assertThat(depth(agent)).isEqualTo(QueueDepth.EMPTY);
    }

    @Test
    void deadLetterShouldExpireAsWell() throws Exception {
        restart(Limits.DEFAULT.with(MessagingSettings.DEFAULT.withAttemptsMax(1)));
        AgentCaller agent = kernel.newAgent();
        sendBrief(agent, "brief");
        kernel.messages().nack(agent, named(lease(agent).getFirst()), Duration.ZERO);
        assertThat(kernel.deadLetters().list(agent, 0, 10).total()).isEqualTo(1);
        clock.advance(TIME_TO_LIVE);

        assertThat(kernel.expiry().runOnce()).isEqualTo(1);

        assertThat(kernel.deadLetters().list(agent, 0, 10).total()).isZero();
        assertThat(depth(agent)).isEqualTo(QueueDepth.EMPTY);
    }

    @Test
    void everythingThatExpiredShouldGoInOneRoundWhoeverItWasFor() {
        List<AgentCaller> agents = kernel.newAgents(5);
        for (int i = 0; i < 60; i++) {
            sendBrief(agents.get(i % 5), "m" + i);
        }
        clock.advance(TIME_TO_LIVE);
        assertThat(kernel.storage().messages().expiredMessages(7)).hasSize(7);
        assertThat(kernel.expiry().runOnce()).isEqualTo(60);
        assertThat(expired()).hasSize(60).doesNotHaveDuplicates();
        agents.forEach(agent -> assertThat(depth(agent)).isEqualTo(QueueDepth.EMPTY));
    }

    /** Each message has one end, whoever comes first: its recipient or its time. */
    @Test
    void takingAndExpiryShouldExcludeEachOther() throws Exception {
        AgentCaller agent = kernel.newAgent();
        for (int i = 0; i < 60; i++) {
            sendBrief(agent, "m" + i);
        }
        List<Delivery> held = kernel.messages().lease(agent, WORKER, 20, LEASE).deliveries();
        ConcurrentLinkedQueue<UUID> delivered = new ConcurrentLinkedQueue<>();
        List<Race.Runner> runners = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            runners.add(() -> {
                for (List<QueuedMessage> got = kernel.receive(agent, 2);
                        !got.isEmpty();
                        got = kernel.receive(agent, 2)) {
                    got.forEach(message -> delivered.add(message.messageId()));
                }
            });
            runners.add(() -> kernel.expiry().runOnce());
        }
        held.forEach(each -> runners.add(() -> kernel.messages()
                .acknowledge(agent, named(each), DeliveryMethod.PULL)
                .changed()
                .forEach(lease -> delivered.add(each.message().messageId()))));
        held.forEach(each -> runners.add(() -> kernel.messages().nack(agent, named(each), Duration.ZERO)));
        runners.add(() -> clock.advance(TIME_TO_LIVE));
        runners.add(() -> kernel.leases().runOnce());
        Race.run(runners);
        clock.advance(TIME_TO_LIVE);
        kernel.expiry().runOnce();

        List<String> expired = expired();
        assertThat(delivered).doesNotHaveDuplicates();
        assertThat(expired).doesNotHaveDuplicates();
        assertThat(delivered.size() + expired.size()).isEqualTo(60);
        delivered.forEach(id -> assertThat(expired).noneMatch(data -> data.contains(id.toString())));
        assertThat(depth(agent)).isEqualTo(QueueDepth.EMPTY);
    }
}
