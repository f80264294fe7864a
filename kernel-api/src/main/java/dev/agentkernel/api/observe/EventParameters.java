package dev.agentkernel.api.observe;

import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.events.EventQuery.Effort;
import dev.agentkernel.core.events.EventQuery.Order;
import dev.agentkernel.core.events.EventType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** What the query of a request asks of the event log. */
final class EventParameters {

    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1_000;

    private static final int SHOWN_MAX = 100;

    private EventParameters() {}

    /**
     * The question of a request for a page.
     *
     * @throws RefusedException {@code bad_request} for a seq that is none, an unknown type, an address that cannot be one
     */
    static EventQuery query(QueryParameters query) {
        OptionalLong before = seq("before", query);
        return new EventQuery(
                seq("since", query).orElse(0),
                before.orElse(Long.MAX_VALUE),
                before.isPresent() ? Order.NEWEST_FIRST : Order.OLDEST_FIRST,
                filter(query),
                query.limit(LIMIT_DEFAULT, LIMIT_MAX),
                Effort.DEFAULT);
    }

    /** The filter of a request. */
    static EventFilter filter(QueryParameters query) {
        Set<EventType> types = EnumSet.noneOf(EventType.class);
        for (String name : query.text("type").orElse("").split(",", -1)) {
            if (!name.isBlank()) {
                types.add(type(name.strip()));
            }
        }
        Optional<String> agent = query.text("agent").filter(text -> !text.isEmpty());
        if (agent.isPresent() && !Tokens.isAddress(agent.get())) {
            throw RefusedException.badRequest("'agent' must be an agent's address: tab_ and 20 letters or digits.");
        }
        return new EventFilter(types, agent.orElse(null));
    }

    private static EventType type(String name) {
        return EventType.ofWireName(name)
                .orElseThrow(() -> RefusedException.badRequest("There is no event type '" + shown(name)
                        + "'; there are: "
                        + Arrays.stream(EventType.values())
                                .map(EventType::wireName)
                                .collect(Collectors.joining(", "))
                        + "."));
    }

    /** A seq; none where the parameter is missing or empty. */
    static OptionalLong seq(String name, QueryParameters query) {
        Optional<String> text = query.text(name).filter(value -> !value.isEmpty());
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(seq(name, text.get()));
    }

    /** The seq that a text stands for. */
    static long seq(String name, String text) {
        try {
            long seq = Long.parseLong(text);
            if (seq >= 0) {
                return seq;
            }
        } catch (NumberFormatException none) {
            throw notASeq(name, text);
        }
        throw notASeq(name, text);
    }

    private static RefusedException notASeq(String name, String text) {
        return RefusedException.badRequest("'" + name + "' is '" + shown(text)
                + "'; it must be the number of an event: a whole number from 0 to " + Long.MAX_VALUE + ".");
    }

    private static String shown(String text) {
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "…";
    }
}
