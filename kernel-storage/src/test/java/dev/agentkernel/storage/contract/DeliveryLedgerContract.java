package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.LeaseChanges;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.NamedLeases;
import dev.agentkernel.core.messages.QueueDepth;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A ledger over three workers of one agent that crash, come late, give back and extend at random, and over restarts of the kernel:
 * every message is dealt with, none is with two workers while a lease holds, and each sender's come in order the first time.
 */
public abstract class DeliveryLedgerContract extends StorageContract {

    private static final int MESSAGES = 120;
    private static final int WORKERS = 3;
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final List<AgentCaller> senders = new ArrayList<>();
    private final List<List<Delivery>> inHand = new ArrayList<>();
    private final Map<UUID, Instant> notBefore = new HashMap<>();
    private final Map<UUID, UUID> currentLease = new HashMap<>();
    private final Map<String, Integer> lastFirst = new HashMap<>();
    private final Set<UUID> sent = new HashSet<>();
    private final Set<UUID> acknowledged = new HashSet<>();
    private AgentCaller recipient;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyMessageShouldBeDealtWithAndByOneWorkerAtATime(long seed) throws Exception {
        Random random = new Random(seed);
        recipient = kernel.newAgent();
        senders.addAll(kernel.newAgents(2));
        for (int i = 0; i < WORKERS; i++) {
            inHand.add(new ArrayList<>());
        }
        for (int step = 1; sent.size() < MESSAGES || step % 50 != 0; step++) {
            step(random);
            if (step % 200 == 0) {
                restart();
                kernel.leases().giveBackAllHeldBy(kernel.takes());
            }
        }
        drain();
        assertThat(acknowledged).isEqualTo(sent).hasSize(MESSAGES);
        assertThat(kernel.storage().messages().depth(recipient.address())).isEqualTo(QueueDepth.EMPTY);
        assertThat(kernel.allEvents(500).stream()
                        .filter(event -> event.type() == EventType.MESSAGE_DELIVERED)
                        .count())
                .as("each delivery is logged once")
                .isEqualTo(MESSAGES);
    }

    private void step(Random random) {
        int worker = random.nextInt(WORKERS);
        List<Delivery> own = inHand.get(worker);
        switch (random.nextInt(10)) {
            case 0, 1 -> send(random);
            case 2, 3, 4 -> lease(worker, 1 + random.nextInt(4));
            case 5, 6 -> {
                if (!own.isEmpty()) {
                    acknowledge(own.remove(random.nextInt(own.size())), random.nextBoolean());
                }
            }
            case 7 -> {
                if (!own.isEmpty()) {
                    giveBack(own.remove(0), Duration.ofSeconds(random.nextInt(8)));
                }
            }
            case 8 -> {
                if (random.nextInt(3) == 0) {
                    // Crashes with what it holds, and knows nothing of it any more.
                    own.clear();
                } else if (!own.isEmpty()) {
                    extend(own.getFirst());
                }
            }
            default -> {
                clock.advance(Duration.ofMillis(random.nextInt(4_000)));
                kernel.leases().runOnce();
            }
        }
    }

    private void send(Random random) {
        if (sent.size() < MESSAGES) {
            AgentCaller sender = senders.get(random.nextInt(senders.size()));
            sent.add(kernel.send(sender, recipient, Integer.toString(sent.size()))
                    .messageId());
        }
    }

    private void lease(int worker, int most) {
        LeaseHolder holder = LeaseHolder.worker("worker " + worker);
        for (Delivery delivery :
                kernel.messages().lease(recipient, holder, most, LEASE).deliveries()) {
            UUID id = delivery.message().messageId();
            assertThat(acknowledged).as("dealt with before").doesNotContain(id);
            assertThat(notBefore.getOrDefault(id, Instant.MIN))
                    .as("the end of the lease or rest before")
                    .isBeforeOrEqualTo(clock.instant());
            int number = Integer.parseInt(delivery.message().content().toUtf8());
            if (delivery.attempt() == 1) {
                assertThat(number)
                        .as("first delivery of what %s sent", delivery.message().from())
                        .isGreaterThan(lastFirst.getOrDefault(delivery.message().from(), -1));
                lastFirst.put(delivery.message().from(), number);
            }
            notBefore.put(id, delivery.leasedUntil());
            currentLease.put(id, delivery.leaseId());
            inHand.get(worker).add(delivery);
        }
    }

    private void acknowledge(Delivery delivery, boolean late) {
        if (late) {
            clock.advance(Duration.ofSeconds(1));
        }
        LeaseChanges changes = kernel.messages()
                .acknowledge(recipient, NamedLeases.of(List.of(delivery.leaseId())), DeliveryMethod.PULL);
        if (!changes.changed().isEmpty()) {
            requireCurrent(delivery);
            assertThat(acknowledged.add(delivery.message().messageId())).isTrue();
        } else {
            requireStale(delivery);
        }
    }

    private void giveBack(Delivery delivery, Duration delay) {
        LeaseChanges changes = kernel.messages().nack(recipient, NamedLeases.of(List.of(delivery.leaseId())), delay);
        if (!changes.changed().isEmpty()) {
            requireCurrent(delivery);
            notBefore.put(delivery.message().messageId(), clock.instant().plus(delay));
        } else {
            requireStale(delivery);
        }
    }

    private void extend(Delivery delivery) {
        LeaseChanges changes = kernel.messages().extend(recipient, NamedLeases.of(List.of(delivery.leaseId())), LEASE);
        if (!changes.changed().isEmpty()) {
            requireCurrent(delivery);
            notBefore.put(delivery.message().messageId(), clock.instant().plus(LEASE));
        } else {
            requireStale(delivery);
        }
    }

    /** Only the last lease that was given of a message may change anything. */
    private void requireCurrent(Delivery delivery) {
        assertThat(currentLease.get(delivery.message().messageId())).isEqualTo(delivery.leaseId());
    }

    /** A lease that still holds is never unknown. */
    private void requireStale(Delivery delivery) {
        UUID id = delivery.message().messageId();
        assertThat(delivery.leaseId().equals(currentLease.get(id))
                        && notBefore.get(id).isAfter(clock.instant()))
                .as("the lease of %s holds", id)
                .isFalse();
    }

    /** One worker that does not crash deals with what is left. */
    private void drain() {
        inHand.forEach(List::clear);
        for (int round = 0; round < 10 && acknowledged.size() < sent.size(); round++) {
            clock.advance(LEASE);
            kernel.leases().runOnce();
            lease(0, 100);
            inHand.getFirst().forEach(delivery -> acknowledge(delivery, false));
            inHand.getFirst().clear();
        }
    }
}
