package dev.agentkernel.webhooks.delivery;

import dev.agentkernel.core.webhooks.WebhookHealth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who may be called at the same time: a bounded number in all, few of one host, one of each agent. Endpoints that failed last, and
 * endpoints that were never reached, have a quarter of the places each, so that however many of them hang, the others find room.
 */
final class Slots {

    /** What is known of an endpoint before it is called. */
    enum Standing {
        PROVEN,
        UNPROVEN,
        FAILING;

        static Standing of(WebhookHealth health) {
            if (health.failuresInRow() > 0) {
                return FAILING;
            }
            return health.lastDeliveredAt() == null ? UNPROVEN : PROVEN;
        }
    }

    /** A place that is taken. */
    record Slot(String address, String host, Standing standing) {

        /** Whether whoever waits for this waits for this place. */
        boolean isMadeOf(@Nullable Object what) {
            return address.equals(what) || host.equals(what) || standing.equals(what);
        }
    }

    private final int max;
    private final int perHostMax;
    private final int doubtfulMax;
    private final Set<String> agents = new HashSet<>();
    private final Map<String, Integer> byHost = new HashMap<>();
    private final Map<Standing, Integer> byStanding = new HashMap<>();

    Slots(int max, int perHostMax) {
        this.max = max;
        this.perHostMax = perHostMax;
        this.doubtfulMax = Math.max(1, max / 4);
    }

    /** Takes a place; if there is none, answers what must be released before there can be one. */
    synchronized Optional<Object> acquire(Slot slot) {
        if (agents.contains(slot.address())) {
            return Optional.of(slot.address());
        }
        if (byHost.getOrDefault(slot.host(), 0) >= perHostMax) {
            return Optional.of(slot.host());
        }
        boolean room = slot.standing() == Standing.PROVEN || taken(slot.standing()) < doubtfulMax;
        if (!room || agents.size() >= max) {
            return Optional.of(slot.standing());
        }
        agents.add(slot.address());
        byHost.merge(slot.host(), 1, Integer::sum);
        byStanding.merge(slot.standing(), 1, Integer::sum);
        return Optional.empty();
    }

    /** Gives a place back; answers what others may have been waiting for, what is scarcest first. */
    synchronized List<Object> release(Slot slot) {
        agents.remove(slot.address());
        byHost.computeIfPresent(slot.host(), (host, count) -> count == 1 ? null : count - 1);
        byStanding.merge(slot.standing(), -1, Integer::sum);
        List<Object> freed = new ArrayList<>(List.of(slot.address(), slot.host(), slot.standing()));
        for (Standing standing : Standing.values()) {
            if (standing != slot.standing()) {
                freed.add(standing);
            }
        }
        notifyAll();
        return freed;
    }

    private int taken(Standing standing) {
        return byStanding.getOrDefault(standing, 0);
    }

    /** How many places are left for endpoints that do well. */
    synchronized int free() {
        return max - agents.size();
    }

    synchronized int taken() {
        return agents.size();
    }

    /** Waits until no place is taken, for so long at most; answers how many still are. */
    synchronized int awaitNoneTaken(Duration most) throws InterruptedException {
        long until = System.nanoTime() + most.toNanos();
        for (long left = most.toNanos(); !agents.isEmpty() && left > 0; left = until - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return agents.size();
    }
}
