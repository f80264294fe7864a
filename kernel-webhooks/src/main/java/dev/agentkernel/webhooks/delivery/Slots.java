package dev.agentkernel.webhooks.delivery;

import dev.agentkernel.core.webhooks.WebhookHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who may be called at the same time: a bounded number in all, few of one host, one of each agent, and no kind of endpoint or
 * operator all of them: see {@link Places}. An exchange that turns out to be slow goes on in a second set of places, shared out in
 * the same way, so that it keeps others from being called for a moment only; while there is none of these, it holds its place.
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

    /** What the endpoints of one operator have of the places for one kind of endpoint. */
    record Share(UUID operatorId, Standing standing) {}

    /** A place that is taken. */
    record Slot(String address, String host, Share share) {

        Standing standing() {
            return share.standing();
        }

        /** Whether whoever waits for this waits for this place. */
        boolean isMadeOf(@Nullable Object what) {
            return address.equals(what)
                    || host.equals(what)
                    || share.equals(what)
                    || standing().equals(what);
        }
    }

    private final int perHostMax;
    private final Duration slowAfter;
    private final Places prompt;
    private final Places slow;
    private final Set<String> agents = new HashSet<>();
    private final Map<String, Integer> byHost = new HashMap<>();

    /** Exchanges that hold a prompt place, with their beginnings, the earliest first. */
    private final LinkedHashMap<Slot, Instant> exchanges = new LinkedHashMap<>();

    private final Set<Slot> slowOnes = new HashSet<>();

    Slots(DeliverySettings settings) {
        this.perHostMax = settings.perHostMax();
        this.slowAfter = settings.slowAfter();
        this.prompt = new Places(settings.concurrentMax(), settings.operatorPercentage());
        this.slow = new Places(settings.slowMax(), settings.operatorPercentage());
    }

    /** Takes a place; if there is none, answers what must be released before there can be one. */
    synchronized Optional<Object> acquire(Slot slot) {
        if (agents.contains(slot.address())) {
            return Optional.of(slot.address());
        }
        if (byHost.getOrDefault(slot.host(), 0) >= perHostMax) {
            return Optional.of(slot.host());
        }
        Optional<Object> missing = prompt.take(slot);
        if (missing.isEmpty()) {
            agents.add(slot.address());
            byHost.merge(slot.host(), 1, Integer::sum);
        }
        return missing;
    }

    /** Whoever holds the place waits for a receiver from now on. */
    synchronized void exchangeBegins(Slot slot, Instant now) {
        exchanges.put(slot, now);
    }

    /**
     * Lets exchanges that have lasted for long go on in places for slow ones, as far as there are any; answers what others may have
     * been waiting for.
     */
    synchronized List<Object> moveSlow(Instant now) {
        List<Object> freed = new ArrayList<>();
        Iterator<Map.Entry<Slot, Instant>> earliest = exchanges.entrySet().iterator();
        while (earliest.hasNext()) {
            Map.Entry<Slot, Instant> exchange = earliest.next();
            if (now.isBefore(exchange.getValue().plus(slowAfter))) {
                break;
            }
            Slot slot = exchange.getKey();
            if (slow.take(slot).isEmpty()) {
                earliest.remove();
                slowOnes.add(slot);
                prompt.release(slot);
                freed.addAll(promptPlaceOf(slot));
            }
        }
        return freed;
    }

    /** Gives a place back; answers what others may have been waiting for, what is scarcest first. */
    synchronized List<Object> release(Slot slot) {
        agents.remove(slot.address());
        byHost.computeIfPresent(slot.host(), (host, count) -> count == 1 ? null : count - 1);
        List<Object> freed = new ArrayList<>(List.of(slot.address(), slot.host()));
        if (slowOnes.remove(slot)) {
            slow.release(slot);
        } else {
            exchanges.remove(slot);
            prompt.release(slot);
            freed.addAll(promptPlaceOf(slot));
        }
        notifyAll();
        return freed;
    }

    private static List<Object> promptPlaceOf(Slot slot) {
        List<Object> freed = new ArrayList<>(List.of(slot.share(), slot.standing()));
        for (Standing standing : Standing.values()) {
            if (standing != slot.standing()) {
                freed.add(standing);
            }
        }
        return freed;
    }

    /** How many places are left for endpoints that do well. */
    synchronized int free() {
        return prompt.free();
    }

    synchronized int taken() {
        return agents.size();
    }

    /** Of those that are taken, the ones of slow exchanges. */
    synchronized int slow() {
        return slow.taken();
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
