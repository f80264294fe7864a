package dev.agentkernel.core.messages;

import static dev.agentkernel.core.messages.Agents.ALICE;
import static dev.agentkernel.core.messages.Agents.BOB;
import static dev.agentkernel.core.messages.Agents.CAROL;
import static dev.agentkernel.core.messages.Agents.NOBODY;
import static dev.agentkernel.core.messages.Agents.content;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Outcome;
import dev.agentkernel.core.memory.Leaving;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.SendMessage.Retryable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of random requests in random batches: every answer and every counter is what the model says. */
class QueueModelTest {

    private static final int BATCHES = 3_000;
    private static final MessagingSettings SETTINGS = new MessagingSettings(100, 6, 300);
    private static final List<AgentCaller> AGENTS = List.of(ALICE, BOB, CAROL);

    private final SettableClock clock = new SettableClock();
    private final MemoryStorage storage = new MemoryStorage(clock);
    private final QueueModel model = new QueueModel(
            SETTINGS, AGENTS.size(), AGENTS.stream().map(AgentCaller::address).toList());
    private final List<UUID> leaseIds = new ArrayList<>(List.of(new UUID(9, 9)));
    private final Set<Object> kindsOfAnswers = new HashSet<>();
    private Random random = new Random();
    private int ids;

    @ParameterizedTest
    @ValueSource(longs = {1, 20_301, -77})
    void everyAnswerIsWhatTheModelSays(long seed) {
        random = new Random(seed);
        storage.commit(new Batch(
                List.of(new Leaving(AGENTS.stream().map(Agents::registration).toList())), List.of()));
        for (int step = 0; step < BATCHES; step++) {
            moveClock();
            List<Mutation<?>> mutations = new ArrayList<>();
            for (int i = random.nextInt(7); i >= 0; i--) {
                mutations.add(anyMutation());
            }
            var committed = storage.commit(new Batch(mutations, List.of()));
            model.nextBatch(clock.instant());
            for (int i = 0; i < mutations.size(); i++) {
                Object expected = expectedOf(mutations.get(i));
                assertThat(answerOf(committed.outcomes().get(i)))
                        .as("seed %s, batch %s, %s of %s", seed, step, mutations.get(i), mutations)
                        .isEqualTo(expected);
                kindsOfAnswers.add(expected instanceof ErrorCode ? expected : expected.getClass());
            }
            for (AgentCaller agent : AGENTS) {
                assertThat(storage.messages().depth(agent.address())).isEqualTo(model.depth(agent.address()));
            }
            assertThat(storage.lastSeq()).isEqualTo(model.lastSeq());
        }
        assertThat(storage.lastSeq()).as("it did not come to a standstill").isGreaterThan(BATCHES);
        assertThat(kindsOfAnswers)
                .as("the walk met everything that can happen")
                .containsAll(EnumSet.of(
                        ErrorCode.UNAUTHORIZED,
                        ErrorCode.NOT_FOUND,
                        ErrorCode.QUEUE_FULL,
                        ErrorCode.IDEMPOTENCY_MISMATCH));
    }

    private void moveClock() {
        switch (random.nextInt(200)) {
            case 0 -> clock.advance(Duration.ofHours(13));
            case 1 -> clock.advance(Duration.ofSeconds(-5));
            default -> clock.advance(Duration.ofMillis(random.nextInt(4_000)));
        }
    }

    private Mutation<?> anyMutation() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> anySend();
            case 4, 5, 6 -> anyLease();
            case 7, 8, 9, 10 -> {
                HeldLease lease = anyHeldLease();
                yield new AcknowledgeMessages(lease.recipient(), lease.leaseId(), anySeqs(), DeliveryMethod.PULL);
            }
            default -> {
                HeldLease lease = anyHeldLease();
                yield new ReturnMessages(lease.recipient(), lease.leaseId(), anySeqs(), random.nextBoolean());
            }
        };
    }

    private AgentCaller recipient() {
        return AGENTS.get(random.nextInt(AGENTS.size()));
    }

    private AgentCaller caller() {
        AgentCaller caller = recipient();
        return random.nextInt(25) == 0 ? Agents.outdated(caller) : caller;
    }

    private SendMessage anySend() {
        AgentCaller from = caller();
        String to = random.nextInt(25) == 0 ? NOBODY : recipient().address();
        String text = "x".repeat(1 + random.nextInt(3) * 20);
        Retryable retryable = random.nextInt(3) > 0
                ? null
                : new Retryable(
                        new IdempotencyKey(from.address(), "key " + random.nextInt(4)), content(to + " " + text));
        return new SendMessage(from, new UUID(1, ++ids), to, content(text), MessageContext.NONE, retryable, SETTINGS);
    }

    private LeaseMessages anyLease() {
        UUID leaseId = new UUID(2, ++ids);
        leaseIds.add(leaseId);
        return LeaseMessages.forPull(
                caller(),
                leaseId,
                1 + random.nextInt(4),
                random.nextInt(100),
                Duration.ofSeconds(random.nextInt(20)),
                LeaseHolder.worker("w"));
    }

    /** Mostly a lease that holds something of its recipient's: others change nothing. */
    private HeldLease anyHeldLease() {
        List<HeldLease> held = model.held();
        return held.isEmpty() || random.nextInt(4) == 0
                ? new HeldLease(recipient().address(), leaseIds.get(random.nextInt(leaseIds.size())), 0)
                : held.get(random.nextInt(held.size()));
    }

    private List<Long> anySeqs() {
        List<Long> seqs = new ArrayList<>(List.of((long) random.nextInt(50)));
        AGENTS.forEach(agent -> model.seqs(agent.address()).stream()
                .filter(seq -> random.nextInt(3) > 0)
                .forEach(seqs::add));
        if (random.nextBoolean()) {
            seqs.addAll(List.copyOf(seqs));
        }
        return seqs;
    }

    private Object expectedOf(Mutation<?> mutation) {
        return switch (mutation) {
            case SendMessage send -> model.send(send);
            case LeaseMessages lease -> model.lease(lease);
            case AcknowledgeMessages acknowledge -> model.acknowledge(acknowledge);
            case ReturnMessages giveBack -> model.giveBack(giveBack);
            default -> throw new AssertionError(mutation);
        };
    }

    private static Object answerOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Committed committed -> committed.answer();
            case Outcome.Refused refused -> refused.refusal().code();
            case Outcome.Failed failed -> throw new AssertionError(failed.fault());
        };
    }
}
