package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.Outcome;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.messages.MessagingSettings;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.observation.AgentLink;
import dev.agentkernel.core.registry.RegistrySettings;
import dev.agentkernel.core.state.Precondition;
import dev.agentkernel.core.state.StateEntry;
import dev.agentkernel.core.state.StateSettings;
import dev.agentkernel.core.state.StateTotals;
import dev.agentkernel.core.verification.Challenge;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import dev.agentkernel.storage.contract.TestMutations.Meanwhile;
import dev.agentkernel.storage.contract.TestMutations.Put;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A storage for several processes: whatever they do at once, it is as if one process had done it in the order of the log. */
public abstract class SharedStorageContract extends StorageContract {

    private KernelProcess other;

    @BeforeEach
    void startOther() throws Exception {
        other = start("b", Limits.DEFAULT);
    }

    private void limitBoth(Limits limits) throws Exception {
        stop(other);
        restart(limits);
        other = start("b", limits);
    }

    @Test
    void whatOneCommittedTheOtherShouldSee() {
        AgentCaller agent = kernel.newAgent();
        kernel.put(agent, "k", "from a");
        kernel.send(agent, agent, "from a");
        assertThat(other.get(agent, "k")).contains("from a");
        assertThat(KernelProcess.contentsOf(other.receive(agent, 10))).containsExactly("from a");
        assertThat(kernel.receive(agent, 10)).isEmpty();
        assertThat(other.storage().registry().agentCount()).isEqualTo(1);
    }

    @Test
    void whatEitherCommittedShouldBeCountedOnceWhoeverCounts() throws Exception {
        List<AgentCaller> agents = kernel.newAgents(2);
        List<KernelProcess> both = List.of(kernel, other);
        int sent = 0;
        for (int round = 0; round < 6; round++) {
            for (int turn = 0; turn < 4; turn++) {
                both.get((round + turn) / 2 % 2).send(agents.get(0), agents.get(1), "x");
                sent++;
            }
            both.get(round / 3).countActivity(round % 2 == 0 ? 3 : 100);
            assertCounted(agents, sent);
        }
        AtomicInteger writing = new AtomicInteger(both.size());
        List<Race.Runner> runners = new ArrayList<>();
        for (KernelProcess process : both) {
            runners.add(() -> {
                for (int i = 0; i < 100; i++) {
                    process.send(agents.get(0), agents.get(1), "x");
                }
                writing.decrementAndGet();
            });
            runners.add(() -> {
                while (writing.get() > 0) {
                    process.storage().activity().countNext(20);
                }
            });
        }
        Race.run(runners);
        other.countActivity(100);
        assertCounted(agents, sent + 200);
    }

    private void assertCounted(List<AgentCaller> agents, long sent) {
        assertThat(kernel.storage().activity().position())
                .isEqualTo(kernel.storage().events().lastSeq());
        assertThat(kernel.storage().activity().heaviestLinks(10))
                .containsExactly(
                        new AgentLink(agents.get(0).address(), agents.get(1).address(), sent));
    }

    @Test
    void racingSendersAndTakersShouldLoseAndDoubleNothing() throws Exception {
        List<AgentCaller> recipients = kernel.newAgents(3);
        List<AgentCaller> senders = kernel.newAgents(8);
        int perSender = 150;
        Map<String, List<QueuedMessage>> received = new ConcurrentHashMap<>();
        AtomicInteger left = new AtomicInteger(senders.size() * perSender);
        List<Race.Runner> runners = new ArrayList<>();
        for (int s = 0; s < senders.size(); s++) {
            AgentCaller sender = senders.get(s);
            KernelProcess process = s % 2 == 0 ? kernel : other;
            runners.add(() -> {
                for (int i = 0; i < perSender; i++) {
                    process.send(sender, recipients.get(i % 3), "" + i);
                }
            });
        }
        for (AgentCaller recipient : recipients) {
            List<QueuedMessage> mine = Collections.synchronizedList(new ArrayList<>());
            received.put(recipient.address(), mine);
            for (KernelProcess process : List.of(kernel, other)) {
                runners.add(() -> {
                    while (left.get() > 0) {
                        List<QueuedMessage> got = process.receive(recipient, 7);
                        mine.addAll(got);
                        left.addAndGet(-got.size());
                    }
                });
            }
        }
        Race.run(runners);

        received.forEach((recipient, messages) -> {
            assertThat(messages).extracting(QueuedMessage::messageId).doesNotHaveDuplicates();
            Map<String, List<Integer>> bySender = new HashMap<>();
            messages.stream()
                    .sorted(Comparator.comparingLong(QueuedMessage::seq))
                    .forEach(message -> bySender.computeIfAbsent(message.from(), any -> new ArrayList<>())
                            .add(Integer.parseInt(message.content().toUtf8())));
            assertThat(bySender).hasSize(senders.size());
            bySender.values()
                    .forEach(numbers ->
                            assertThat(numbers).hasSize(perSender / 3).isSorted());
            assertThat(kernel.storage().messages().depth(recipient)).isEqualTo(QueueDepth.EMPTY);
        });
        assertLogIsWhole();
    }

    private void assertLogIsWhole() {
        List<Event> events = other.allEvents(500);
        assertThat(events)
                .extracting(Event::seq)
                .isEqualTo(LongStream.rangeClosed(1, kernel.storage().events().lastSeq())
                        .boxed()
                        .toList());
        assertThat(events).extracting(Event::time).isSorted();
    }

    @Test
    void racingWritersOfTheSameKeysShouldKeepTotalsAndVersionsTrue() throws Exception {
        List<AgentCaller> agents = kernel.newAgents(8);
        List<Race.Runner> runners = new ArrayList<>();
        for (int a = 0; a < agents.size(); a++) {
            AgentCaller agent = agents.get(a);
            KernelProcess process = a % 2 == 0 ? kernel : other;
            int seed = a;
            runners.add(() -> {
                for (int i = 0; i < 100; i++) {
                    String key = "key " + (i * 7 + seed) % 5;
                    if ((i + seed) % 4 == 0) {
                        deleteIfPresent(process, agent, key);
                    } else {
                        process.put(agent, key, "x".repeat((i + seed) % 10));
                    }
                }
            });
        }
        Race.run(runners);

        long bytes = 0;
        List<String> keys = kernel.storage().state().keys("", "", 100);
        for (String key : keys) {
            bytes += key.length()
                    + kernel.storage().state().get(key).orElseThrow().value().size();
        }
        assertThat(kernel.storage().state().totals()).isEqualTo(new StateTotals(bytes, keys.size()));
        assertThat(keys.size()).isBetween(1, 5);
        assertStateIsWhatTheLogSays();
        assertLogIsWhole();
    }

    private static void deleteIfPresent(KernelProcess process, AgentCaller agent, String key) {
        try {
            process.state().delete(agent, key, Precondition.NONE);
        } catch (RefusedException absent) {
            assertThat(absent.code()).isEqualTo(ErrorCode.NOT_FOUND);
        }
    }

    private void assertStateIsWhatTheLogSays() {
        Map<String, Long> versions = new HashMap<>();
        for (Event event : kernel.allEvents(1_000)) {
            String data = event.data().toUtf8();
            if (event.type() == EventType.STATE_WRITTEN) {
                versions.put(data.substring(8, data.indexOf('"', 8)), event.seq());
            } else if (event.type() == EventType.STATE_DELETED) {
                assertThat(versions.remove(data.substring(8, data.indexOf('"', 8))))
                        .isNotNull();
            }
        }
        Map<String, Long> stored = new HashMap<>();
        for (String key : kernel.storage().state().keys("", "", 100)) {
            stored.put(
                    key,
                    kernel.storage().state().get(key).map(StateEntry::version).orElseThrow());
        }
        assertThat(stored).isEqualTo(versions);
    }

    @Test
    void conditionalWritersShouldLoseNoUpdate() throws Exception {
        AgentCaller agent = kernel.newAgent();
        AtomicInteger increments = new AtomicInteger();
        Race.run(List.of(
                () -> count(kernel, agent, increments),
                () -> count(other, agent, increments),
                () -> count(kernel, agent, increments),
                () -> count(other, agent, increments)));
        assertThat(kernel.get(agent, "counter")).contains("" + increments.get());
    }

    private static void count(KernelProcess process, AgentCaller agent, AtomicInteger increments) {
        for (int i = 0; i < 50; i++) {
            var entry = process.storage().state().get("counter");
            int next =
                    entry.map(found -> Integer.parseInt(found.value().toUtf8())).orElse(0) + 1;
            Precondition unchanged = entry.<Precondition>map(
                            found -> new Precondition.VersionIn(Set.of(found.version())))
                    .orElse(new Precondition.Absent());
            try {
                process.state().write(agent, "counter", KernelProcess.utf8("" + next), unchanged);
                increments.incrementAndGet();
            } catch (RefusedException lost) {
                assertThat(lost.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
            }
        }
    }

    @Test
    void retriesOnBothShouldBeOneSend() throws Exception {
        AgentCaller agent = kernel.newAgent();
        for (int round = 0; round < 20; round++) {
            String key = "key " + round;
            Set<Object> answers = ConcurrentHashMap.newKeySet();
            Race.run(List.of(
                    () -> answers.add(kernel.send(agent, agent, "once", key)),
                    () -> answers.add(other.send(agent, agent, "once", key))));
            assertThat(answers).hasSize(1);
        }
        assertThat(kernel.storage().messages().depth(agent.address()).messages())
                .isEqualTo(20);
    }

    @Test
    void challengeShouldServeOnceOnBoth() throws Exception {
        // Of two operators, whose rows do not keep them apart.
        OperatorCaller operator = kernel.newOperator();
        OperatorCaller second = kernel.newOperator();
        for (int round = 0; round < 20; round++) {
            Challenge challenge = kernel.registry().issueChallenge();
            Race.run(List.of(
                    () -> tryRegister(kernel, operator, challenge), () -> tryRegister(other, second, challenge)));
        }
        assertThat(kernel.storage().registry().agentCount()).isEqualTo(20);
    }

    private static void tryRegister(KernelProcess process, OperatorCaller operator, Challenge challenge) {
        try {
            process.registry().registerAgent(operator, challenge.id(), "", null);
        } catch (RefusedException used) {
            assertThat(used.code()).isEqualTo(ErrorCode.VERIFICATION_FAILED);
        }
    }

    @Test
    void limitsShouldHoldOverBothTogether() throws Exception {
        limitBoth(Limits.DEFAULT
                .with(new RegistrySettings(10, 1_000, false))
                .with(new MessagingSettings(100, 10, 45))
                .with(new StateSettings(100, 100, 50)));
        OperatorCaller operator = kernel.newOperator();
        AgentCaller agent = kernel.newAgent(operator);
        AgentCaller second = kernel.newAgent(operator);
        Race.run(
                List.of(() -> pressOn(kernel, operator, agent, second), () -> pressOn(other, operator, agent, second)));

        assertThat(kernel.storage()
                        .registry()
                        .operator(operator.operatorId())
                        .orElseThrow()
                        .agentCount())
                .isEqualTo(10);
        QueueDepth one = kernel.storage().messages().depth(agent.address());
        QueueDepth two = kernel.storage().messages().depth(second.address());
        assertThat(one.messages()).isEqualTo(10);
        assertThat(one.contentBytes() + two.contentBytes()).isEqualTo(45);
        assertThat(kernel.storage().state().totals()).isEqualTo(new StateTotals(50, 10));
    }

    private static void pressOn(KernelProcess process, OperatorCaller operator, AgentCaller agent, AgentCaller second) {
        for (int i = 0; i < 10; i++) {
            String key = process.name() + i;
            ignoringRefusal(ErrorCode.FORBIDDEN, () -> process.newAgent(operator));
            ignoringRefusal(ErrorCode.QUEUE_FULL, () -> process.send(agent, agent, "xx"));
            ignoringRefusal(ErrorCode.STORE_FULL, () -> process.put(agent, key, "123"));
        }
        for (int i = 0; i < 10; i++) {
            ignoringRefusal(ErrorCode.QUEUE_FULL, () -> process.send(agent, second, "12345"));
        }
    }

    private static void ignoringRefusal(ErrorCode code, Runnable call) {
        try {
            call.run();
        } catch (RefusedException refused) {
            assertThat(refused.code()).isEqualTo(code);
        }
    }

    @Test
    void decisionsShouldBeTakenAnewWhenACredentialIsReplacedMeanwhile() {
        AgentCaller agent = kernel.newAgent();
        OperatorCaller rotating = kernel.newOperator();
        AtomicInteger decisions = new AtomicInteger();
        Put put = new Put(agent, "k", "v");

        var committed = kernel.storage()
                .commits()
                .commit(new Batch(
                        List.of(new Meanwhile<>(put, rows -> {
                            if (decisions.incrementAndGet() == 1) {
                                other.registry().rotateKey(rotating);
                            }
                        })),
                        List.of()));

        assertThat(decisions).hasValue(2);
        assertThat(committed.outcomes()).hasOnlyElementsOfType(Outcome.Committed.class);
        assertThat(kernel.allEvents(100))
                .extracting(Event::type)
                .endsWith(EventType.TOKEN_ROTATED, EventType.STATE_WRITTEN);
    }

    @Test
    void versionsOfCredentialsShouldBeKnownToBoth() {
        AgentCaller replaced = kernel.newAgent();
        AgentCaller kept = kernel.newAgent();
        kernel.accounts().rotateToken(replaced);
        assertThat(other.storage()
                        .credentials()
                        .shared()
                        .orElseThrow()
                        .versionsOf(List.of(replaced.address(), kept.address(), "tab_nobody")))
                .isEqualTo(Map.of(replaced.address(), 2, kept.address(), 1));
    }

    @Test
    void replacedKeyShouldBeDeadOnBothAtOnce() throws Exception {
        for (int round = 0; round < 5; round++) {
            OperatorCaller old = kernel.newOperator();
            Race.run(List.of(() -> registerUntilRefused(kernel, old), () -> registerUntilRefused(kernel, old), () -> {
                kernel.newAgent();
                other.registry().rotateKey(old);
            }));
            List<EventType> types = other.allEvents(1_000).stream()
                    .filter(event ->
                            event.data().toUtf8().contains(old.operatorId().toString()))
                    .map(Event::type)
                    .toList();
            assertThat(types).endsWith(EventType.TOKEN_ROTATED).containsOnlyOnce(EventType.TOKEN_ROTATED);
        }
    }

    private static void registerUntilRefused(KernelProcess process, OperatorCaller operator) {
        try {
            while (true) {
                process.newAgent(operator);
            }
        } catch (RefusedException refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHORIZED);
        }
    }
}
