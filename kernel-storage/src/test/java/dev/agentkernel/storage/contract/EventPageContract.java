package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.events.EventQuery.Effort;
import dev.agentkernel.core.events.EventQuery.Order;
import dev.agentkernel.core.events.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Questions to the event log: whatever is asked, pages follow each other without a gap, and none takes more than it may. */
public abstract class EventPageContract extends StorageContract {

    private static final Effort PLENTY = new Effort(1_000_000, 1L << 40, 1L << 40);

    private List<AgentCaller> agents;

    /** Some hundred events over three days, one in seven of them by the second agent. */
    private void fill() {
        agents = kernel.newAgents(2);
        for (int i = 0; i < 300; i++) {
            AgentCaller writer = agents.get(i % 7 == 0 ? 1 : 0);
            if (i % 5 == 0) {
                kernel.send(writer, agents.get(0), "message " + i);
            } else {
                kernel.put(writer, "key " + i % 3, "v".repeat(i));
            }
            if (i % 100 == 99) {
                clock.advance(Duration.ofDays(1));
            }
        }
    }

    private EventPage find(long after, long before, Order order, EventFilter filter, int max, Effort effort) {
        return kernel.storage().events().find(new EventQuery(after, before, order, filter, max, effort));
    }

    /** All that match, page by page; every page makes progress. */
    private List<Event> all(long after, long before, Order order, EventFilter filter, int max, Effort effort) {
        List<Event> events = new ArrayList<>();
        long from = after;
        long to = before;
        while (true) {
            EventPage page = find(from, to, order, filter, max, effort);
            assertThat(page.events()).hasSizeLessThanOrEqualTo(max);
            events.addAll(page.events());
            if (!page.hasMore()) {
                return events;
            }
            if (order == Order.OLDEST_FIRST) {
                assertThat(page.reached()).isGreaterThan(from);
                from = page.reached();
            } else {
                assertThat(page.reached()).isLessThan(to);
                to = page.reached();
            }
        }
    }

    @Test
    void everyFilterShouldFindWhatMatchesInEitherOrder() {
        fill();
        List<Event> log = kernel.allEvents(1_000);
        List<EventFilter> filters = List.of(
                EventFilter.ALL,
                new EventFilter(Set.of(EventType.MESSAGE_SENT), null),
                new EventFilter(Set.of(EventType.MESSAGE_SENT, EventType.AGENT_REGISTERED), null),
                new EventFilter(Set.of(), agents.get(1).address()),
                new EventFilter(Set.of(EventType.STATE_WRITTEN), agents.get(1).address()),
                new EventFilter(Set.of(EventType.TOKEN_ROTATED), null),
                new EventFilter(Set.of(), "tab_" + "z".repeat(20)));
        List<Effort> efforts = List.of(PLENTY, new Effort(10, 1L << 40, 1L << 40), new Effort(1, 1L << 40, 1L << 40));
        for (EventFilter filter : filters) {
            List<Event> expected = log.stream().filter(filter::matches).toList();
            for (Effort effort : efforts) {
                for (int max : List.of(1, 7, 1_000)) {
                    assertThat(all(0, Long.MAX_VALUE, Order.OLDEST_FIRST, filter, max, effort))
                            .isEqualTo(expected);
                    assertThat(all(0, Long.MAX_VALUE, Order.NEWEST_FIRST, filter, max, effort))
                            .isEqualTo(expected.reversed());
                }
            }
        }
    }

    @Test
    void rangeShouldExcludeBothItsEnds() {
        fill();
        for (Order order : Order.values()) {
            for (long after : List.of(0L, 1L, 150L, 302L, 303L)) {
                for (long before : List.of(0L, 1L, 2L, 150L, 152L, 303L, 304L, 999L)) {
                    List<Long> expected = LongStream.rangeClosed(after + 1, Math.min(before - 1, 303))
                            .boxed()
                            .toList();
                    assertThat(all(after, before, order, EventFilter.ALL, 100, PLENTY))
                            .extracting(Event::seq)
                            .isEqualTo(order == Order.OLDEST_FIRST ? expected : expected.reversed());
                }
            }
        }
    }

    @Test
    void pageAtTheEndShouldSayWhereToGoOn() {
        assertThat(find(0, Long.MAX_VALUE, Order.OLDEST_FIRST, EventFilter.ALL, 10, PLENTY))
                .isEqualTo(new EventPage(List.of(), 0, false));
        assertThat(find(0, Long.MAX_VALUE, Order.NEWEST_FIRST, EventFilter.ALL, 10, PLENTY))
                .isEqualTo(new EventPage(List.of(), 1, false));
        fill();
        EventFilter none = new EventFilter(Set.of(EventType.TOKEN_ROTATED), null);
        assertThat(find(0, Long.MAX_VALUE, Order.OLDEST_FIRST, none, 10, PLENTY))
                .isEqualTo(new EventPage(List.of(), 303, false));
        assertThat(find(1_000, Long.MAX_VALUE, Order.OLDEST_FIRST, EventFilter.ALL, 10, PLENTY))
                .isEqualTo(new EventPage(List.of(), 1_000, false));
        assertThat(find(Long.MAX_VALUE, Long.MAX_VALUE, Order.OLDEST_FIRST, EventFilter.ALL, 10, PLENTY))
                .isEqualTo(new EventPage(List.of(), Long.MAX_VALUE, false));
        assertThat(find(0, Long.MAX_VALUE, Order.NEWEST_FIRST, none, 10, PLENTY))
                .isEqualTo(new EventPage(List.of(), 1, false));
        assertThat(find(0, 1, Order.NEWEST_FIRST, EventFilter.ALL, 10, PLENTY))
                .isEqualTo(new EventPage(List.of(), 1, false));
    }

    @Test
    void rareMatchShouldCostNoMoreThanAPageMayCost() {
        fill();
        EventFilter none = new EventFilter(Set.of(EventType.TOKEN_ROTATED), null);
        Effort effort = new Effort(20, 1L << 40, 1L << 40);
        assertThat(find(100, Long.MAX_VALUE, Order.OLDEST_FIRST, none, 10, effort))
                .isEqualTo(new EventPage(List.of(), 120, true));
        assertThat(find(0, 101, Order.NEWEST_FIRST, none, 10, effort)).isEqualTo(new EventPage(List.of(), 81, true));
    }

    @Test
    void pageShouldCarryNoMoreBytesThanItMayButOneEventAlways() {
        AgentCaller agent = kernel.newAgent();
        for (int i = 0; i < 12; i++) {
            kernel.put(agent, "k" + i, "v".repeat(i == 6 ? 50_000 : 1_000));
            if (i == 4) {
                clock.advance(Duration.ofDays(1));
            }
        }
        List<Event> log = kernel.allEvents(100);
        Effort effort = new Effort(1_000, 1L << 40, 5_000);
        for (Order order : Order.values()) {
            List<Event> expected = order == Order.OLDEST_FIRST ? log : log.reversed();
            assertThat(all(0, Long.MAX_VALUE, order, EventFilter.ALL, 100, effort))
                    .isEqualTo(expected);
            long from = 0;
            long to = Long.MAX_VALUE;
            for (int pages = 0; pages < 5; pages++) {
                EventPage page = find(from, to, order, EventFilter.ALL, 100, effort);
                long bytes = page.events().stream()
                        .mapToLong(event -> event.data().size())
                        .sum();
                assertThat(page.events().size() == 1 || bytes <= 5_000).isTrue();
                from = order == Order.OLDEST_FIRST ? page.reached() : from;
                to = order == Order.NEWEST_FIRST ? page.reached() : to;
            }
        }
    }
}
