package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Outcome;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.state.StateTotals;
import dev.agentkernel.core.storage.CommitStore.Committed;
import dev.agentkernel.storage.contract.TestMutations.Delete;
import dev.agentkernel.storage.contract.TestMutations.Faulty;
import dev.agentkernel.storage.contract.TestMutations.Put;
import dev.agentkernel.storage.contract.TestMutations.Refused;
import dev.agentkernel.storage.contract.TestMutations.Send;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Batches: all of one becomes durable together, in order, and each mutation has its own outcome. */
public abstract class CommitContract extends StorageContract {

    private Committed commit(Mutation<?>... mutations) {
        return kernel.storage().commits().commit(new Batch(List.of(mutations), List.of()));
    }

    private static Object answerOf(Committed committed, int index) {
        return ((Outcome.Committed) committed.outcomes().get(index)).answer();
    }

    /** Without leaving a note of the reading, which the committer's thread would commit while the test commits on its own. */
    private String valueOf(String key) {
        return kernel.storage().state().get(key).orElseThrow().value().toUtf8();
    }

    @Test
    void batchShouldBeInOrderAndRefusalsShouldSpoilNothing() {
        AgentCaller agent = kernel.newAgent();
        long before = kernel.storage().events().lastSeq();

        Committed committed = commit(
                new Put(agent, "a", "1"),
                new Refused(),
                new Send(agent, agent, "m"),
                new Faulty(),
                new Put(agent, "b", "2"));

        assertThat(committed.outcomes()).hasSize(5);
        assertThat(answerOf(committed, 0)).isEqualTo(before + 1);
        assertThat(committed.outcomes().get(1)).isInstanceOf(Outcome.Refused.class);
        assertThat(answerOf(committed, 2)).isEqualTo(before + 2);
        assertThat(committed.outcomes().get(3)).isInstanceOf(Outcome.Failed.class);
        assertThat(answerOf(committed, 4)).isEqualTo(before + 3);
        assertThat(committed.records())
                .extracting(StampedRecord::seq)
                .containsExactly(before + 1, before + 2, before + 3);
        assertThat(kernel.storage().events().eventsAfter(before, 10))
                .extracting(Event::type)
                .containsExactly(EventType.STATE_WRITTEN, EventType.MESSAGE_SENT, EventType.STATE_WRITTEN);
        assertThat(kernel.storage().events().lastSeq()).isEqualTo(before + 3);
    }

    @Test
    void batchOfRefusalsShouldLeaveNoTrace() {
        long before = kernel.storage().events().lastSeq();
        Committed committed = commit(new Refused(), new Refused());
        assertThat(committed.outcomes())
                .hasOnlyElementsOfType(Outcome.Refused.class)
                .hasSize(2);
        assertThat(committed.records()).isEmpty();
        assertThat(kernel.storage().events().lastSeq()).isEqualTo(before);
    }

    @Test
    void lastOfSeveralWritesOfAKeyShouldStand() {
        AgentCaller agent = kernel.newAgent();
        commit(new Put(agent, "k", "one"), new Put(agent, "k", "three"), new Put(agent, "k", "2"));
        assertThat(valueOf("k")).isEqualTo("2");
        assertThat(kernel.storage().state().totals()).isEqualTo(new StateTotals(2, 1));

        commit(new Put(agent, "k", "four"), new Delete(agent, "k"));
        assertThat(kernel.storage().state().get("k")).isEmpty();
        assertThat(kernel.storage().state().totals()).isEqualTo(new StateTotals(0, 0));

        commit(new Put(agent, "k", "5"));
        commit(new Delete(agent, "k"), new Put(agent, "k", "sixth"));
        assertThat(valueOf("k")).isEqualTo("sixth");
        assertThat(kernel.storage().state().totals()).isEqualTo(new StateTotals(6, 1));

        commit(new Put(agent, "passing", "x"), new Delete(agent, "passing"));
        assertThat(kernel.storage().state().get("passing")).isEmpty();
        assertThat(kernel.storage().state().totals()).isEqualTo(new StateTotals(6, 1));
    }

    @Test
    void versionShouldBeTheSeqOfTheWrite() {
        AgentCaller agent = kernel.newAgent();
        Committed committed = commit(new Send(agent, agent, "m"), new Put(agent, "k", "v"));
        assertThat(kernel.storage().state().get("k").orElseThrow().version()).isEqualTo(answerOf(committed, 1));
    }

    @Test
    void largeBatchShouldBeOneStepInHistory() {
        List<AgentCaller> agents = kernel.newAgents(10);
        long before = kernel.storage().events().lastSeq();
        List<LogRecord> notes = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            notes.add(new LogRecord.StateRead("key-" + i, agents.getFirst().address(), i % 2 == 0));
        }
        List<Mutation<?>> mutations = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            AgentCaller agent = agents.get(i % 10);
            mutations.add(
                    i % 2 == 0 ? new Put(agent, "key-" + i, "v" + i) : new Send(agent, agents.get(i % 7), "m" + i));
        }

        Committed committed = kernel.storage().commits().commit(new Batch(mutations, notes));

        assertThat(committed.outcomes())
                .hasOnlyElementsOfType(Outcome.Committed.class)
                .hasSize(500);
        List<Event> events = kernel.storage().events().eventsAfter(before, 3_000);
        assertThat(events)
                .extracting(Event::seq)
                .isEqualTo(LongStream.rangeClosed(before + 1, before + 2_500)
                        .boxed()
                        .toList());
        assertThat(events)
                .extracting(Event::time)
                .containsOnly(events.getFirst().time());
        assertThat(kernel.storage().state().totals().keyCount()).isEqualTo(250);
        assertThat(kernel.storage().state().get("key-498").orElseThrow().value().toUtf8())
                .isEqualTo("v498");
        assertThat(agents.stream()
                        .mapToLong(agent -> kernel.storage()
                                .messages()
                                .depth(agent.address())
                                .messages())
                        .sum())
                .isEqualTo(250);
    }

    @Test
    void notesAloneShouldBeEvents() {
        AgentCaller agent = kernel.newAgent();
        long before = kernel.storage().events().lastSeq();
        Committed committed = kernel.storage()
                .commits()
                .commit(new Batch(List.of(), List.of(new LogRecord.RegistryRead(agent.address()))));
        assertThat(committed.records()).hasSize(1);
        assertThat(kernel.storage().events().eventsAfter(before, 2))
                .extracting(Event::type)
                .containsExactly(EventType.REGISTRY_READ);
    }

    @Test
    void everythingShouldBeThereAfterAReopening() throws Exception {
        AgentCaller agent = kernel.newAgent();
        kernel.put(agent, "k", "v");
        kernel.send(agent, agent, "m");
        List<Event> before = kernel.allEvents(100);

        restart();

        assertThat(kernel.allEvents(100)).isEqualTo(before);
        assertThat(kernel.storage().messages().depth(agent.address())).isEqualTo(new QueueDepth(1, 1, 1));
        assertThat(kernel.get(agent, "k")).contains("v");
        assertThat(kernel.receive(agent, 1)).hasSize(1);
        assertThat(kernel.storage().isAvailable()).isTrue();
    }

    @Test
    void writersAtOnceShouldEachHaveTheirOwnOutcome() throws Exception {
        List<AgentCaller> agents = kernel.newAgents(8);
        long before = kernel.storage().events().lastSeq();
        Race.run(IntStream.range(0, 8)
                .mapToObj(writer -> (Race.Runner) () -> {
                    for (int i = 0; i < 50; i++) {
                        long version = kernel.put(agents.get(writer), writer + "/" + i, "v")
                                .version();
                        assertThat(kernel.storage()
                                        .state()
                                        .get(writer + "/" + i)
                                        .orElseThrow()
                                        .version())
                                .isEqualTo(version);
                        kernel.send(agents.get(writer), agents.get((writer + i) % 8), writer + ":" + i);
                    }
                })
                .toList());

        assertThat(kernel.storage().state().totals().keyCount()).isEqualTo(400);
        List<Event> events = kernel.storage().events().eventsAfter(before, 1_000);
        assertThat(events)
                .extracting(Event::seq)
                .isEqualTo(
                        LongStream.rangeClosed(before + 1, before + 800).boxed().toList());
        assertThat(events).extracting(Event::time).isSorted();
    }
}
