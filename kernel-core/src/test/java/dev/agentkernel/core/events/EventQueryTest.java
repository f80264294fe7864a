package dev.agentkernel.core.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.events.EventQuery.Effort;
import dev.agentkernel.core.events.EventQuery.Order;
import dev.agentkernel.core.events.EventQuery.Range;
import org.junit.jupiter.api.Test;

class EventQueryTest {

    private static EventQuery query(long after, int eventsMax, int effort) {
        return new EventQuery(after, 10, Order.OLDEST_FIRST, EventFilter.ALL, eventsMax, new Effort(effort, 1, 1));
    }

    @Test
    void boundsShouldBePositive() {
        assertThat(query(0, 1, 1).eventsMax()).isEqualTo(1);
        assertThatThrownBy(() -> query(-1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> query(0, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> query(0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void questionsShouldBeginAtTheirEndOfTheLog() {
        EventQuery after = EventQuery.after(7, EventFilter.ALL, 3);
        assertThat(after)
                .isEqualTo(new EventQuery(7, Long.MAX_VALUE, Order.OLDEST_FIRST, EventFilter.ALL, 3, Effort.DEFAULT));
        assertThat(EventQuery.before(7, EventFilter.ALL, 3))
                .isEqualTo(new EventQuery(0, 7, Order.NEWEST_FIRST, EventFilter.ALL, 3, Effort.DEFAULT));
        Effort other = new Effort(1, 2, 3);
        assertThat(after.with(other).effort()).isEqualTo(other);
        assertThat(after.with(other).with(Effort.DEFAULT)).isEqualTo(after);
    }

    @Test
    void rangeShouldBeWhatTheLogHasOfTheQuestion() {
        EventQuery all = EventQuery.after(0, EventFilter.ALL, 1);
        assertThat(all.within(5, 9)).isEqualTo(new Range(4, 10));
        assertThat(query(6, 1, 1).within(5, 20)).isEqualTo(new Range(6, 10));
    }

    @Test
    void rangeShouldBeEmptyOnlyWhereNothingIsBetweenItsEnds() {
        assertThat(new Range(4, 6).isEmpty()).isFalse();
        assertThat(new Range(4, 5).isEmpty()).isTrue();
        assertThat(new Range(4, 4).isEmpty()).isTrue();
        assertThat(new Range(Long.MAX_VALUE, Long.MAX_VALUE).isEmpty()).isTrue();
    }

    @Test
    void everyTypeShouldBeFoundByItsWireName() {
        assertThat(EventType.MESSAGE_SENT.wireName()).isEqualTo("message_sent");
        for (EventType type : EventType.values()) {
            assertThat(EventType.ofWireName(type.wireName())).contains(type);
        }
        assertThat(EventType.ofWireName("MESSAGE_SENT")).isEmpty();
    }
}
