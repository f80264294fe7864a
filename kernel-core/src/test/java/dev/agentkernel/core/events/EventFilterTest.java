package dev.agentkernel.core.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.memory.SettableClock;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventFilterTest {

    @Test
    void typeAndAgentBothCountWhereTheyAreGiven() {
        EventFilter filter = new EventFilter(Set.of(EventType.STATE_READ, EventType.STATE_WRITTEN), "alice");
        assertThat(filter.matches(EventType.STATE_READ, "alice")).isTrue();
        assertThat(filter.matches(EventType.STATE_DELETED, "alice")).isFalse();
        assertThat(filter.matches(EventType.STATE_READ, "bob")).isFalse();
        assertThat(filter.matches(EventType.STATE_READ, null)).isFalse();
    }

    @Test
    void whatIsNotGivenLetsEverythingPass() {
        assertThat(EventFilter.ALL.matches(EventType.CONTENT_REMOVED, null)).isTrue();
        assertThat(new EventFilter(Set.of(), "alice").matches(EventType.MESSAGE_SENT, "alice"))
                .isTrue();
        assertThat(new EventFilter(Set.of(EventType.MESSAGE_SENT), null).matches(EventType.MESSAGE_SENT, null))
                .isTrue();
    }

    @Test
    void anEventPassesByItsTypeAndItsAgent() {
        Event event = new Event(1, SettableClock.START, EventType.MESSAGE_SENT, "alice", ByteString.EMPTY);
        assertThat(new EventFilter(Set.of(EventType.MESSAGE_SENT), "alice").matches(event))
                .isTrue();
        assertThat(new EventFilter(Set.of(EventType.MESSAGE_DEAD), "alice").matches(event))
                .isFalse();
        assertThat(new EventFilter(Set.of(EventType.MESSAGE_SENT), "bob").matches(event))
                .isFalse();
    }
}
