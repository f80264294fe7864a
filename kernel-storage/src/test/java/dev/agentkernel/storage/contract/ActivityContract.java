package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.observation.AgentActivity;
import dev.agentkernel.core.observation.AgentLink;
import dev.agentkernel.core.storage.ActivityStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Counts of activity: each event exactly once, whoever counts and whenever it was interrupted. */
public abstract class ActivityContract extends StorageContract {

    private static final long COUNT_EVERY_NANOS = 500_000;

    private ActivityStore activity() {
        return kernel.storage().activity();
    }

    @Test
    void nothingShouldBeCountedBeforeAnythingHappened() {
        assertThat(activity().position()).isZero();
        assertThat(activity().countNext(10)).isZero();
        assertThat(activity().heaviestLinks(10)).isEmpty();
        assertThat(activity().activityOf(List.of("tab_" + "z".repeat(20)))).isEmpty();
    }

    @Test
    void countsShouldBeThoseOfTheLogHoweverTheyAreMade() throws Exception {
        List<AgentCaller> agents = kernel.newAgents(3);
        String a = agents.get(0).address();
        String b = agents.get(1).address();
        String c = agents.get(2).address();
        for (int i = 0; i < 7; i++) {
            kernel.send(agents.get(0), agents.get(1), "\0 \"to\":\"nobody\"");
        }
        kernel.send(agents.get(1), agents.get(0), "x");
        kernel.send(agents.get(2), agents.get(1), "x");
        kernel.send(agents.get(2), agents.get(1), "x");
        kernel.put(agents.get(2), "k", "v");
        assertThat(activity().countNext(4)).isEqualTo(4);
        assertThat(activity().position()).isEqualTo(4);
        restart();
        kernel.countActivity(3);
        kernel.put(agents.get(2), "k", "w");
        kernel.countActivity(100);

        List<Event> log = kernel.allEvents(100);
        assertThat(activity().position()).isEqualTo(log.getLast().seq());
        Map<String, AgentActivity> counts = activity().activityOf(List.of(a, b, c));
        assertThat(counts.get(a)).isEqualTo(new AgentActivity(a, 7, 1, 0, lastActive(a, log)));
        assertThat(counts.get(b)).isEqualTo(new AgentActivity(b, 1, 9, 0, lastActive(b, log)));
        assertThat(counts.get(c)).isEqualTo(new AgentActivity(c, 2, 0, 2, lastActive(c, log)));
        assertThat(activity().heaviestLinks(2)).containsExactly(new AgentLink(a, b, 7), new AgentLink(c, b, 2));
        assertThat(activity().linksFrom(b, 10)).containsExactly(new AgentLink(b, a, 1));
        assertThat(activity().linksTo(b, 10)).containsExactly(new AgentLink(a, b, 7), new AgentLink(c, b, 2));
        assertThat(activity().linksTo(b, 1)).hasSize(1);
    }

    @Test
    void whatIsCommittedBetweenTwoStepsShouldBeCountedInItsTurn() {
        List<AgentCaller> agents = kernel.newAgents(2);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5; i++) {
                kernel.send(agents.get(0), agents.get(1), "x");
            }
            assertThat(activity().countNext(2)).isEqualTo(2);
        }
        kernel.send(agents.get(0), agents.get(1), "x");
        kernel.countActivity(100);
        assertThat(activity().heaviestLinks(10))
                .containsExactly(
                        new AgentLink(agents.get(0).address(), agents.get(1).address(), 16));
    }

    private static Instant lastActive(String address, List<Event> log) {
        return log.reversed().stream()
                .filter(event -> address.equals(event.agent()))
                .findFirst()
                .orElseThrow()
                .time();
    }

    @Test
    void racingCountersShouldCountNothingTwiceWhileOthersWrite() throws Exception {
        List<AgentCaller> agents = kernel.newAgents(2);
        AtomicInteger writing = new AtomicInteger(2);
        Race.Runner counting = () -> {
            while (writing.get() > 0) {
                activity().countNext(7);
                // Leaves the processors to the writers, whose events it counts.
                LockSupport.parkNanos(COUNT_EVERY_NANOS);
            }
        };
        Race.Runner sending = () -> {
            for (int i = 0; i < 100; i++) {
                kernel.send(agents.get(0), agents.get(1), "x");
            }
            writing.decrementAndGet();
        };
        Race.run(List.of(counting, counting, sending, sending));
        kernel.countActivity(1_000);
        assertThat(activity().heaviestLinks(10))
                .containsExactly(
                        new AgentLink(agents.get(0).address(), agents.get(1).address(), 200));
    }
}
