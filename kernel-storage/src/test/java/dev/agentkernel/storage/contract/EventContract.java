package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.messages.SentMessage;
import dev.agentkernel.core.registry.AgentFilter;
import dev.agentkernel.core.state.Precondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The event log: complete, in order, and without anything that is nobody's business. */
public abstract class EventContract extends StorageContract {

    private static final long LOOK_EVERY_NANOS = 500_000;

    @Test
    void emptyLogShouldHaveNoEvents() {
        assertThat(kernel.storage().events().lastSeq()).isZero();
        assertThat(kernel.storage().events().eventsAfter(0, 10)).isEmpty();
    }

    @Test
    void everyActionShouldBeAnEventWithItsPublicDataAlone() {
        OperatorCaller operator = kernel.newOperator();
        AgentCaller agent = kernel.newAgent(operator);
        SentMessage sent = kernel.send(agent, agent, "h\0i \"\uD83D\uDE80\"", "secret-key");
        kernel.receive(agent, 1);
        kernel.put(agent, "k", "v");
        kernel.state().delete(agent, "k", Precondition.NONE);
        kernel.registry().rotateKey(operator);

        List<Event> events = kernel.allEvents(100);

        String address = agent.address();
        assertThat(events)
                .extracting(event -> event.seq() + " " + event.type().wireName() + " " + event.agent() + " "
                        + event.data().toUtf8())
                .containsExactly(
                        "1 operator_created null {\"operator_id\":\"" + operator.operatorId()
                                + "\",\"contact_hash\":\"contact\",\"accepted_terms\":true}",
                        "2 agent_registered " + address + " {\"address\":\"" + address + "\",\"operator_id\":\""
                                + operator.operatorId() + "\",\"has_webhook\":false}",
                        "3 message_sent " + address + " {\"message_id\":\"" + sent.messageId() + "\",\"from\":\""
                                + address
                                + "\",\"to\":\"" + address
                                + "\",\"content\":\"h\\u0000i \\\"\uD83D\uDE80\\\"\",\"content_length\":10}",
                        "4 message_delivered " + address + " {\"message_id\":\"" + sent.messageId() + "\",\"to\":\""
                                + address + "\",\"delivery_method\":\"pull\"}",
                        "5 state_written " + address
                                + " {\"key\":\"k\",\"value\":\"v\",\"value_length\":1,\"written_by\":\"" + address
                                + "\"}",
                        "6 state_deleted " + address + " {\"key\":\"k\",\"deleted_by\":\"" + address + "\"}",
                        "7 token_rotated null {\"operator_id\":\"" + operator.operatorId() + "\"}");
        assertThat(kernel.storage().events().lastSeq()).isEqualTo(7);
    }

    @Test
    void readsShouldBecomeEventsSoon() throws Exception {
        AgentCaller agent = kernel.newAgent();
        kernel.get(agent, "missing");
        kernel.registry().list(agent, AgentFilter.NONE, 0, 1);
        restart();
        assertThat(kernel.storage().events().eventsAfter(2, 10))
                .extracting(Event::type)
                .containsExactly(EventType.STATE_READ, EventType.REGISTRY_READ);
    }

    @Test
    void timeShouldNeverGoBack() throws Exception {
        AgentCaller agent = kernel.newAgent();
        Instant before = kernel.put(agent, "a", "1").changedAt();
        clock.advance(Duration.ofHours(-1));
        assertThat(kernel.put(agent, "a", "2").changedAt()).isEqualTo(before);
        restart();
        assertThat(kernel.put(agent, "a", "3").changedAt()).isEqualTo(before);
        clock.advance(Duration.ofHours(2));
        assertThat(kernel.put(agent, "a", "4").changedAt()).isEqualTo(clock.instant());
        assertThat(kernel.allEvents(10)).extracting(Event::time).isSorted();
    }

    @Test
    void pagesShouldFollowEachOtherThroughTheDays() {
        AgentCaller agent = kernel.newAgent();
        for (int day = 0; day < 4; day++) {
            for (int i = 0; i < 5; i++) {
                kernel.put(agent, "day " + day, "v" + i);
            }
            clock.advance(Duration.ofDays(1));
        }
        List<Long> all = LongStream.rangeClosed(1, 22).boxed().toList();
        for (int pageSize : List.of(1, 3, 7, 100)) {
            assertThat(kernel.allEvents(pageSize)).extracting(Event::seq).isEqualTo(all);
        }
        for (long since = 0; since <= 22; since++) {
            assertThat(kernel.storage().events().eventsAfter(since, 100)).hasSize((int) (22 - since));
        }
        assertThat(kernel.storage().events().eventsAfter(1_000, 100)).isEmpty();
    }

    @Test
    void followerShouldNeverMissAnEvent() throws Exception {
        List<AgentCaller> agents = kernel.newAgents(4);
        long first = kernel.storage().events().lastSeq();
        long last = first + 200;
        Race.Runner following = () -> {
            long since = first;
            while (since < last) {
                for (Event event : kernel.storage().events().eventsAfter(since, 17)) {
                    assertThat(event.seq()).isEqualTo(since + 1);
                    since = event.seq();
                }
                // Leaves the processors to the writers, whose commits it looks for.
                LockSupport.parkNanos(LOOK_EVERY_NANOS);
            }
        };
        Race.run(List.of(
                following,
                () -> put50(agents.get(0)),
                () -> put50(agents.get(1)),
                () -> put50(agents.get(2)),
                () -> put50(agents.get(3))));
    }

    private void put50(AgentCaller agent) {
        for (int i = 0; i < 50; i++) {
            kernel.put(agent, agent.address(), "v" + i);
        }
    }
}
