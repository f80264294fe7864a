package dev.agentkernel.core.observation;

import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.events.EventQuery.Effort;
import dev.agentkernel.core.events.EventQuery.Order;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.observation.AgentPage.Watched;
import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.state.StateEntry;
import dev.agentkernel.core.state.StateSummary;
import dev.agentkernel.core.state.StateSummaryPage;
import dev.agentkernel.core.storage.ActivityStore;
import dev.agentkernel.core.storage.ObservationSource;
import dev.agentkernel.core.storage.ObservedStores;
import dev.agentkernel.core.storage.StateStore;
import dev.agentkernel.core.storage.Storage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Everything that happened, for whoever may observe. Reads alone: observing leaves no trace in the log. */
public final class Observation {

    private static final int PARTNERS_MAX = 50;
    private static final int RECENT_WRITES_MAX = 20;

    /** How far back an agent's latest writes are looked for: a glance, not a search. */
    private static final Effort GLANCE = new Effort(2_000, 4L << 20, 1L << 20);

    private final ObservationSource source;
    private final StateStore state;

    /**
     * Observes a storage.
     *
     * @param source where everything is read but values of state: of what was removed there must be no older copy
     */
    public Observation(ObservationSource source, Storage storage) {
        this.source = source;
        this.state = storage.state();
    }

    /** A page of the event log. */
    public EventPage events(EventQuery query) {
        return source.ask(stores -> stores.events().find(query));
    }

    /** The {@code seq} of the last event. */
    public long lastSeq() {
        return source.ask(stores -> stores.events().lastSeq());
    }

    /** The {@code seq} of the last event that activity counts. */
    public long countedSeq() {
        return source.ask(stores -> stores.activity().position());
    }

    /** How many agents there are. */
    public long agentCount() {
        return source.ask(stores -> stores.registry().agentCount());
    }

    /** A page of agents in the order of their registration. */
    public AgentPage agents(long afterSeq, int agentsMax) {
        return source.ask(stores -> agents(stores, afterSeq, agentsMax));
    }

    private static AgentPage agents(ObservedStores stores, long afterSeq, int agentsMax) {
        List<AgentEntry> oneMore = stores.registry().agentsAfter(afterSeq, agentsMax + 1);
        boolean hasMore = oneMore.size() > agentsMax;
        List<AgentEntry> entries = hasMore ? oneMore.subList(0, agentsMax) : oneMore;
        Map<String, AgentActivity> counts = stores.activity()
                .activityOf(entries.stream().map(AgentEntry::address).toList());
        List<Watched> agents = entries.stream()
                .map(entry -> new Watched(entry, of(entry.address(), counts)))
                .toList();
        OptionalLong next = hasMore ? OptionalLong.of(entries.getLast().registeredSeq()) : OptionalLong.empty();
        return new AgentPage(agents, next, stores.registry().agentCount());
    }

    private static AgentActivity of(String address, Map<String, AgentActivity> counts) {
        return counts.getOrDefault(address, AgentActivity.none(address));
    }

    /** What is known of an agent, if there is one of this address. */
    public Optional<AgentDetail> agent(String address) {
        return Tokens.isAddress(address)
                ? source.ask(stores -> stores.registry().agent(address).map(entry -> detail(stores, entry)))
                : Optional.empty();
    }

    private static AgentDetail detail(ObservedStores stores, AgentEntry entry) {
        ActivityStore activity = stores.activity();
        String address = entry.address();
        EventFilter writes = new EventFilter(Set.of(EventType.STATE_WRITTEN), address);
        return new AgentDetail(
                entry,
                of(address, activity.activityOf(List.of(address))),
                stores.messages().depth(address),
                activity.linksFrom(address, PARTNERS_MAX),
                activity.linksTo(address, PARTNERS_MAX),
                stores.events()
                        .find(new EventQuery(0, Long.MAX_VALUE, Order.NEWEST_FIRST, writes, RECENT_WRITES_MAX, GLANCE))
                        .events());
    }

    /** Who talks most to whom. */
    public Network network(int linksMax) {
        return source.ask(stores -> network(stores.activity(), linksMax));
    }

    private static Network network(ActivityStore activity, int linksMax) {
        List<AgentLink> links = activity.heaviestLinks(linksMax);
        Set<String> addresses = new TreeSet<>();
        for (AgentLink link : links) {
            addresses.add(link.from());
            addresses.add(link.to());
        }
        Map<String, AgentActivity> counts = activity.activityOf(addresses);
        return new Network(
                addresses.stream().map(address -> of(address, counts)).toList(), links);
    }

    /** A page of the keys that begin with a literal prefix, with what is known of their values. */
    public StateSummaryPage state(String prefix, String afterKey, int keysMax) {
        return source.ask(stores -> state(stores.state(), prefix, afterKey, keysMax));
    }

    private static StateSummaryPage state(StateStore state, String prefix, String afterKey, int keysMax) {
        List<StateSummary> oneMore = state.summaries(prefix, afterKey, keysMax + 1);
        long total = prefix.isEmpty() ? state.totals().keyCount() : state.countKeys(prefix);
        if (oneMore.size() <= keysMax) {
            return new StateSummaryPage(oneMore, null, total);
        }
        List<StateSummary> entries = oneMore.subList(0, keysMax);
        return new StateSummaryPage(entries, entries.getLast().key(), total);
    }

    /** The entry of a key, if it exists. Unlike an agent's, this read is no event. */
    public Optional<StateEntry> stateEntry(String key) {
        return state.get(key);
    }
}
