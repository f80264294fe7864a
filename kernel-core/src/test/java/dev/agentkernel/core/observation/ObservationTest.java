package dev.agentkernel.core.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.RunningCommits;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.observation.AgentPage.Watched;
import dev.agentkernel.core.state.StateSummary;
import dev.agentkernel.core.state.StateSummaryPage;
import dev.agentkernel.core.storage.ActivityStore;
import dev.agentkernel.core.storage.ObservationSource;
import dev.agentkernel.core.storage.ObservedStores;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ObservationTest {

    private static final String ALICE = "tab_" + "a".repeat(20);
    private static final String BOB = "tab_" + "b".repeat(20);
    private static final String CAROL = "tab_" + "c".repeat(20);
    private static final AgentActivity OF_ALICE = new AgentActivity(ALICE, 3, 2, 1, SettableClock.START);
    private static final AgentActivity OF_CAROL = new AgentActivity(CAROL, 1, 0, 0, SettableClock.START);

    private final MemoryStorage storage = new MemoryStorage(new SettableClock());

    @RegisterExtension
    private final RunningCommits running = new RunningCommits(storage);

    private final Counted counted = new Counted();
    private final ObservedStores stores =
            new ObservedStores(storage.events(), counted, storage.registry(), storage.messages(), storage.state());
    private final List<Object> answers = new ArrayList<>();
    private final Observation observation = new Observation(
            new ObservationSource() {
                @Override
                public <T> T ask(Function<ObservedStores, T> question) {
                    T answer = question.apply(stores);
                    answers.add(answer);
                    return answer;
                }
            },
            storage);

    /** Counts of Alice and Carol. */
    private static final class Counted implements ActivityStore {

        private static final List<AgentLink> LINKS =
                List.of(new AgentLink(CAROL, ALICE, 5), new AgentLink(CAROL, BOB, 4), new AgentLink(ALICE, BOB, 3));

        @Override
        public long position() {
            return 42;
        }

        @Override
        public int countNext(int eventsMax) {
            return 0;
        }

        @Override
        public Map<String, AgentActivity> activityOf(Collection<String> addresses) {
            return Stream.of(OF_ALICE, OF_CAROL)
                    .filter(activity -> addresses.contains(activity.address()))
                    .collect(Collectors.toMap(AgentActivity::address, Function.identity()));
        }

        @Override
        public List<AgentLink> heaviestLinks(int linksMax) {
            return LINKS.stream().limit(linksMax).toList();
        }

        @Override
        public List<AgentLink> linksFrom(String address, int linksMax) {
            return LINKS.stream()
                    .filter(link -> link.from().equals(address))
                    .limit(linksMax)
                    .toList();
        }

        @Override
        public List<AgentLink> linksTo(String address, int linksMax) {
            return LINKS.stream()
                    .filter(link -> link.to().equals(address))
                    .limit(linksMax)
                    .toList();
        }
    }

    @BeforeEach
    void register() {
        for (String address : List.of(ALICE, BOB, CAROL)) {
            running.leave(new LogRecord.AgentRegistered(address, new UUID(1, 1), text(address), null));
        }
    }

    private static ByteString text(String text) {
        return ByteString.ofUtf8(text).orElseThrow();
    }

    private void write(String key, String by) {
        int before = storage.get(key).map(entry -> entry.value().size()).orElse(-1);
        running.leave(new LogRecord.StateWritten(key, text("value"), by, before));
    }

    @Test
    void numbersShouldBeThoseOfTheSource() {
        assertThat(observation.lastSeq()).isEqualTo(3);
        assertThat(observation.countedSeq()).isEqualTo(42);
        assertThat(observation.agentCount()).isEqualTo(3);
        assertThat(answers).hasSize(3);
    }

    @Test
    void eventsShouldBeThoseAskedFor() {
        assertThat(observation.events(EventQuery.after(1, EventFilter.ALL, 10)).events())
                .extracting(Event::seq)
                .containsExactly(2L, 3L);
    }

    @Test
    void agentsShouldComeInPagesWithWhatTheyDid() {
        AgentPage first = observation.agents(0, 2);
        assertThat(first.agents()).extracting(Watched::activity).containsExactly(OF_ALICE, AgentActivity.none(BOB));
        assertThat(first.agents())
                .extracting(watched -> watched.entry().address())
                .containsExactly(ALICE, BOB);
        assertThat(first.nextAfterSeq()).hasValue(2);
        assertThat(first.total()).isEqualTo(3);
        AgentPage second = observation.agents(2, 2);
        assertThat(second.agents()).extracting(Watched::activity).containsExactly(OF_CAROL);
        assertThat(second.nextAfterSeq()).isEmpty();
        assertThat(observation.agents(0, 3).nextAfterSeq()).isEmpty();
    }

    @Test
    void agentShouldBeShownWithItsPartnersItsQueueAndItsLatestWrites() {
        running.leave(new LogRecord.MessageSent(new UUID(2, 1), CAROL, ALICE, text("hello"), Route.PULL, null));
        write("first", ALICE);
        write("others", BOB);
        write("second", ALICE);
        AgentDetail detail = observation.agent(ALICE).orElseThrow();
        assertThat(detail.entry().address()).isEqualTo(ALICE);
        assertThat(detail.activity()).isEqualTo(OF_ALICE);
        assertThat(detail.queue()).isEqualTo(new QueueDepth(1, 5, 1));
        assertThat(detail.sendsTo()).containsExactly(new AgentLink(ALICE, BOB, 3));
        assertThat(detail.receivesFrom()).containsExactly(new AgentLink(CAROL, ALICE, 5));
        assertThat(detail.recentWrites()).extracting(Event::seq).containsExactly(7L, 5L);
    }

    @Test
    void whoeverIsNobodyShouldNotBeShown() {
        assertThat(observation.agent("tab_" + "d".repeat(20))).isEmpty();
        assertThat(answers).hasSize(1);
        assertThat(observation.agent("nonsense")).isEmpty();
        assertThat(answers).as("nobody is asked").hasSize(1);
    }

    @Test
    void networkShouldHaveTheEndsOfTheHeaviestLinks() {
        Network network = observation.network(2);
        assertThat(network.links()).containsExactly(new AgentLink(CAROL, ALICE, 5), new AgentLink(CAROL, BOB, 4));
        assertThat(network.nodes()).containsExactly(OF_ALICE, AgentActivity.none(BOB), OF_CAROL);
        assertThat(observation.network(1).nodes()).containsExactly(OF_ALICE, OF_CAROL);
    }

    @Test
    void keysShouldComeInPagesAndBeCountedByTheirPrefix() {
        for (String key : List.of("a1", "a2", "b1")) {
            write(key, ALICE);
        }
        StateSummaryPage first = observation.state("a", "", 1);
        assertThat(first.entries()).containsExactly(new StateSummary("a1", ALICE, SettableClock.START, 5));
        assertThat(first.nextAfterKey()).isEqualTo("a1");
        assertThat(first.total()).isEqualTo(2);
        StateSummaryPage second = observation.state("a", "a1", 1);
        assertThat(second.entries()).extracting(StateSummary::key).containsExactly("a2");
        assertThat(second.nextAfterKey()).isNull();
        assertThat(observation.state("", "", 10).total()).isEqualTo(3);
    }

    @Test
    void lookAtAValueShouldBeNoEvent() {
        write("key", ALICE);
        int records = storage.history().size();
        assertThat(observation.stateEntry("key").orElseThrow().value()).isEqualTo(text("value"));
        assertThat(observation.stateEntry("none")).isEmpty();
        running.leave(new LogRecord.ContentErased(1));
        assertThat(storage.history()).hasSize(records + 1);
        assertThat(answers).as("values are read of the storage itself").isEmpty();
    }
}
