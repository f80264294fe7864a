package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.messages.Deliveries;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.LeaseChanges;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.NamedLeases;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.messages.SentMessage;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Acknowledged delivery: a message is in one worker's hands at a time, and leaves the queue when that worker says so. */
public abstract class LeaseContract extends StorageContract {

    private static final LeaseHolder ONE = LeaseHolder.worker("one");
    private static final LeaseHolder TWO = LeaseHolder.worker("two \u00e9");
    private static final Duration LEASE = Duration.ofSeconds(30);

    private Delivery leaseOne(AgentCaller agent, LeaseHolder holder) {
        Deliveries leased = kernel.messages().lease(agent, holder, 1, LEASE);
        assertThat(leased.deliveries()).hasSize(1);
        return leased.deliveries().getFirst();
    }

    private List<String> contentsLeased(AgentCaller agent, int messagesMax) {
        return kernel.messages().lease(agent, ONE, messagesMax, LEASE).deliveries().stream()
                .map(delivery -> delivery.message().content().toUtf8())
                .toList();
    }

    private LeaseChanges acknowledge(AgentCaller agent, NamedLeases named) {
        return kernel.messages().acknowledge(agent, named, DeliveryMethod.PULL);
    }

    private static NamedLeases message(Delivery delivery) {
        return NamedLeases.ofMessages(List.of(delivery.message().messageId()));
    }

    private static NamedLeases lease(Delivery delivery) {
        return NamedLeases.of(List.of(delivery.leaseId()));
    }

    private static void assertUnknown(LeaseChanges changes, NamedLeases named) {
        assertThat(changes).isEqualTo(new LeaseChanges(List.of(), named.ids()));
    }

    private QueueDepth depth(AgentCaller agent) {
        return kernel.storage().messages().depth(agent.address());
    }

    @Test
    void leasedMessageShouldSayHowLongItIsHeldAndHowOftenItWas() {
        AgentCaller agent = kernel.newAgent();
        SentMessage sent = kernel.send(agent, agent, "hello");
        kernel.send(agent, agent, "more");

        Deliveries leased = kernel.messages().lease(agent, ONE, 1, LEASE);

        assertThat(leased.remaining()).isEqualTo(1);
        Delivery delivery = leased.deliveries().getFirst();
        assertThat(delivery.message().messageId()).isEqualTo(sent.messageId());
        assertThat(delivery.message().content().toUtf8()).isEqualTo("hello");
        assertThat(delivery.attempt()).isEqualTo(1);
        assertThat(delivery.leasedUntil()).isEqualTo(clock.instant().plus(LEASE));
        assertThat(depth(agent)).isEqualTo(new QueueDepth(2, 9, 1));
    }

    @Test
    void acknowledgedMessagesShouldBeGoneAndTheirDeliveryLoggedOnce() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "a");
        kernel.send(agent, agent, "b");
        Delivery first = leaseOne(agent, ONE);
        Delivery second = leaseOne(agent, TWO);

        assertThat(acknowledge(agent, message(first)).changed())
                .containsExactly(first.message().messageId());
        assertThat(kernel.messages().acknowledge(agent, lease(second), DeliveryMethod.SOCKET))
                .isEqualTo(new LeaseChanges(List.of(second.leaseId()), List.of()));
        assertUnknown(acknowledge(agent, message(first)), message(first));
        assertUnknown(acknowledge(agent, lease(second)), lease(second));

        assertThat(depth(agent)).isEqualTo(QueueDepth.EMPTY);
        assertThat(deliveries())
                .extracting(event -> event.data().toUtf8())
                .satisfiesExactly(
                        event -> assertThat(event)
                                .contains(first.message().messageId().toString(), "\"pull\""),
                        event -> assertThat(event)
                                .contains(second.message().messageId().toString(), "\"socket\""));
    }

    private List<Event> deliveries() {
        return kernel.allEvents(100).stream()
                .filter(event -> event.type() == EventType.MESSAGE_DELIVERED)
                .toList();
    }

    @Test
    void whatIsNotTheCallersOrNotLeasedShouldBeUnknownAndStay() {
        AgentCaller agent = kernel.newAgent();
        AgentCaller other = kernel.newAgent();
        kernel.send(agent, agent, "leased");
        SentMessage waiting = kernel.send(agent, agent, "waiting");
        Delivery leased = leaseOne(agent, ONE);
        NamedLeases names =
                NamedLeases.ofMessages(List.of(waiting.messageId(), UUID.randomUUID(), waiting.messageId()));

        assertThat(acknowledge(agent, names).unknown())
                .containsExactlyElementsOf(names.ids().subList(0, 2));
        assertUnknown(acknowledge(other, message(leased)), message(leased));
        assertUnknown(acknowledge(other, lease(leased)), lease(leased));
        assertUnknown(kernel.messages().nack(other, lease(leased), Duration.ZERO), lease(leased));
        assertUnknown(kernel.messages().extend(other, message(leased), LEASE), message(leased));
        assertThat(depth(agent)).isEqualTo(new QueueDepth(2, 13, 1));
    }

    @Test
    void messageOnItsWayInAnAnswerThatIsNotAcknowledgedShouldBeNobodysToEnd() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "a");
        UUID taken = kernel.messages().take(agent, 1).messages().getFirst().messageId();
        NamedLeases named = NamedLeases.ofMessages(List.of(taken));
        assertUnknown(acknowledge(agent, named), named);
        assertUnknown(kernel.messages().nack(agent, named, Duration.ZERO), named);
    }

    @Test
    void messageGivenBackShouldComeFirstAgainAndItsOldLeaseMeanNothing() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "a");
        kernel.send(agent, agent, "b");
        Delivery first = leaseOne(agent, ONE);

        assertThat(kernel.messages().nack(agent, message(first), Duration.ZERO).changed())
                .hasSize(1);
        Delivery again = leaseOne(agent, TWO);

        assertThat(again.message()).isEqualTo(first.message());
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.leaseId()).isNotEqualTo(first.leaseId());
        assertUnknown(acknowledge(agent, lease(first)), lease(first));
        assertUnknown(kernel.messages().nack(agent, lease(first), Duration.ZERO), lease(first));
        assertUnknown(kernel.messages().extend(agent, lease(first), LEASE), lease(first));
        assertThat(acknowledge(agent, message(first)).changed())
                .as("a message id stands for its current lease")
                .hasSize(1);
    }

    @Test
    void messageGivenBackWithADelayShouldRestUntilItIsDue() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "a");
        kernel.send(agent, agent, "b");
        Delivery first = leaseOne(agent, ONE);

        kernel.messages().nack(agent, message(first), Duration.ofSeconds(10));

        assertThat(depth(agent)).isEqualTo(new QueueDepth(2, 2, 1));
        assertUnknown(acknowledge(agent, message(first)), message(first));
        assertUnknown(acknowledge(agent, lease(first)), lease(first));
        clock.advance(Duration.ofSeconds(10).minusNanos(1_000));
        assertThat(kernel.leases().runOnce()).isZero();
        assertThat(contentsLeased(agent, 10)).containsExactly("b");
        clock.advance(Duration.ofNanos(1_000));
        assertThat(kernel.leases().runOnce()).isEqualTo(1);
        assertThat(contentsLeased(agent, 10)).containsExactly("a");
    }

    @Test
    void extendedLeaseShouldHoldUntilItsNewEnd() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "a");
        Delivery held = leaseOne(agent, ONE);
        clock.advance(LEASE.minusSeconds(1));

        assertThat(kernel.messages()
                        .extend(agent, lease(held), Duration.ofSeconds(5))
                        .changed())
                .containsExactly(held.leaseId());
        clock.advance(Duration.ofSeconds(4));
        assertThat(kernel.leases().runOnce()).isZero();
        assertThat(contentsLeased(agent, 1)).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(kernel.leases().runOnce()).isEqualTo(1);
        assertUnknown(acknowledge(agent, lease(held)), lease(held));
        assertThat(contentsLeased(agent, 1)).containsExactly("a");
    }

    @Test
    void leasesOfWorkersShouldOutliveTheProcess() throws Exception {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "a");
        Delivery held = leaseOne(agent, ONE);

        restart();
        kernel.leases().giveBackAllHeldBy(kernel.takes());

        assertThat(contentsLeased(agent, 1)).isEmpty();
        assertThat(acknowledge(agent, lease(held)).changed()).hasSize(1);
    }

    @Test
    void pushedMessagesShouldBeLeasedByTheirRouteAndTurnToPullInTheirOldPlaces() {
        AgentCaller agent = kernel.newAgent();
        LeaseHolder pushes = LeaseHolder.pushesOf(kernel.name());
        List.of("a", "b", "c").forEach(content -> kernel.send(agent, agent, content));
        kernel.accounts().setWebhook(agent, "https://hooks.example/");
        kernel.messages()
                .lease(agent, ONE, 2, LEASE)
                .deliveries()
                .forEach(delivery -> kernel.messages().giveBack(delivery, Route.PUSH, Duration.ZERO));
        assertThat(depth(agent)).isEqualTo(new QueueDepth(3, 3, 1));

        List<Delivery> pushed = kernel.messages()
                .leaseForPush(agent.address(), pushes, 10, LEASE)
                .deliveries();
        assertThat(pushed)
                .extracting(delivery -> delivery.message().content().toUtf8())
                .containsExactly("a", "b");
        assertUnknown(acknowledge(agent, message(pushed.getFirst())), message(pushed.getFirst()));
        kernel.messages().confirm(pushed.get(1), DeliveryMethod.PUSH);
        kernel.messages().giveBack(pushed.getFirst(), Route.PULL, Duration.ofSeconds(3));
        assertThat(contentsLeased(agent, 1)).containsExactly("c");
        kernel.messages().nack(agent, NamedLeases.ofMessages(List.of(idOfOnlyLeased(agent))), Duration.ZERO);
        clock.advance(Duration.ofSeconds(3));
        kernel.leases().runOnce();

        assertThat(contentsLeased(agent, 10)).containsExactly("a", "c");
        assertThat(kernel.messages()
                        .leaseForPush(agent.address(), pushes, 10, LEASE)
                        .deliveries())
                .isEmpty();
        assertThat(kernel.messages()
                        .leaseForPush("tab_nobody", pushes, 10, LEASE)
                        .deliveries())
                .isEmpty();
        assertThat(deliveries())
                .singleElement()
                .satisfies(event -> assertThat(event.data().toUtf8()).contains("\"push\""));
    }

    private UUID idOfOnlyLeased(AgentCaller agent) {
        long seq = kernel.storage()
                .messages()
                .leasesHeldBy(ONE.name(), 0, 10)
                .getFirst()
                .seq();
        return kernel.storage()
                .messages()
                .read(agent.address(), List.of(seq))
                .getFirst()
                .messageId();
    }

    @Test
    void manyLeasesShouldBeEndedInOneRequestButNotMoreThanItsBound() {
        AgentCaller agent = kernel.newAgent();
        for (int i = 0; i < 60; i++) {
            kernel.send(agent, agent, "m" + i);
        }
        List<Delivery> leased = kernel.messages().lease(agent, ONE, 100, LEASE).deliveries();
        List<UUID> ids = leased.stream().map(Delivery::leaseId).toList();
        assertThat(ids).hasSize(60).doesNotHaveDuplicates();
        assertThat(acknowledge(agent, NamedLeases.of(ids))).isEqualTo(new LeaseChanges(ids, List.of()));
        assertThat(depth(agent)).isEqualTo(QueueDepth.EMPTY);
        MessageContract.assertRefused(ErrorCode.BAD_REQUEST, () -> NamedLeases.of(List.of()));
        MessageContract.assertRefused(
                ErrorCode.BAD_REQUEST,
                () -> NamedLeases.of(java.util.Collections.nCopies(NamedLeases.IDS_MAX + 1, ids.getFirst())));
    }
}
