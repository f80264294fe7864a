package dev.agentkernel.webhooks.delivery;

import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.limits.RateLimits;
import dev.agentkernel.core.limits.RateVerdict;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.core.webhooks.WebhookOutbox;
import dev.agentkernel.webhooks.delivery.Candidates.Candidate;
import dev.agentkernel.webhooks.delivery.Slots.Share;
import dev.agentkernel.webhooks.delivery.Slots.Slot;
import dev.agentkernel.webhooks.delivery.Slots.Standing;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes what waits to webhooks, at least once. Learns of messages by hints and, should every hint be lost, by looking through the
 * outbox; what it knows is in memory and may be lost at any point, because what is under way is held by a lease. Any number of
 * workers may run over one storage.
 *
 * <p>One thread decides who is called next ({@link #runOnce}); each call has a thread of its own, so that whoever is slow delays
 * nobody but itself.
 */
public final class DeliveryWorker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DeliveryWorker.class);

    private static final int CANDIDATES_MAX = 100_000;
    private static final int BATCH_MAX = 100;
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    /** What a call may take, beside the exchange itself, before its lease runs out. */
    private static final Duration LEASE = Duration.ofSeconds(60);

    /** Whose agents have no webhook any more. */
    private static final UUID NOBODY = new UUID(0, 0);

    /** How often exchanges are looked at, as parts of the time after which one is slow. */
    private static final int LOOKS_UNTIL_SLOW = 4;

    private final WebhookOutbox outbox;
    private final EndpointCalls calls;
    private final Settlement settlement;
    private final RateLimits limits;
    private final Presence presence;
    private final Wakeups wakeups;
    private final DeliverySettings settings;
    private final InstantSource clock;
    private final DeliveryListener listener;
    private final Slots slots;
    private final Candidates candidates = new Candidates(CANDIDATES_MAX);
    private final OutboxLook look;
    private final Signal signal = new Signal();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicReference<@Nullable Thread> loop = new AtomicReference<>();
    private Wakeups.@Nullable Subscription subscription;

    /** What a worker works with. */
    public record Surroundings(
            WebhookOutbox outbox,
            RateLimits limits,
            Presence presence,
            Wakeups wakeups,
            InstantSource clock,
            DeliveryListener listener) {}

    public DeliveryWorker(DeliverySettings settings, WebhookCalls calls, Surroundings surroundings) {
        this.settings = settings;
        this.outbox = surroundings.outbox();
        this.limits = surroundings.limits();
        this.presence = surroundings.presence();
        this.wakeups = surroundings.wakeups();
        this.clock = surroundings.clock();
        this.listener = surroundings.listener();
        this.calls = calls.calls();
        this.settlement = new Settlement(
                outbox, settings, clock, () -> ThreadLocalRandom.current().nextDouble());
        this.slots = new Slots(settings);
        this.look = new OutboxLook(outbox, candidates, settings.lookEvery());
    }

    /** Begins to listen for hints, and to deliver on a thread of its own. */
    public void start() {
        listen();
        Thread thread = Thread.ofPlatform().name("webhook-worker").daemon().unstarted(this::run);
        loop.set(thread);
        thread.start();
    }

    /** Begins to listen for hints, for whoever calls {@link #runOnce} itself. */
    void listen() {
        subscription = wakeups.subscribe(new Wakeups.Listener() {
            @Override
            public void onAgentHasPush(String address) {
                add(address);
            }

            @Override
            public void onRescan() {
                look.restart();
                signal.give();
            }
        });
    }

    private void run() {
        while (!stopping.get()) {
            try {
                if (runOnce() == 0) {
                    awaitSignal();
                }
            } catch (RuntimeException fault) {
                log.error("Choosing whom to push to failed; it goes on in {}", AFTER_TROUBLE, fault);
                signal.await(AFTER_TROUBLE);
            }
        }
    }

    /** One round: looks who is next, and begins as many deliveries as there is room for. Returns how many agents it looked at. */
    public int runOnce() {
        Instant now = clock.instant();
        candidates.wake(now);
        moveSlow(now);
        try {
            look.step(now);
            List<Candidate> batch = candidates.take(Math.min(BATCH_MAX, slots.free()));
            if (!batch.isEmpty()) {
                begin(batch, now);
            }
            return batch.size();
        } catch (StorageException away) {
            log.debug("The outbox cannot be read at present: {}", away.getMessage());
            signal.await(AFTER_TROUBLE);
            return 0;
        }
    }

    private void begin(List<Candidate> batch, Instant now) {
        Map<String, WebhookEndpoint> endpoints;
        try {
            endpoints = outbox.endpoints(batch.stream().map(Candidate::address).toList());
        } catch (StorageException away) {
            for (Candidate candidate : batch) {
                candidates.putOff(candidate.address(), now.plus(AFTER_TROUBLE));
                passOn(candidate, false);
            }
            throw away;
        }
        for (Candidate candidate : batch) {
            passOn(candidate, begin(candidate, endpoints.get(candidate.address()), now));
        }
    }

    /** What was released for a candidate that makes no use of it is for the next who waits for the same. */
    private void passOn(Candidate candidate, boolean used) {
        Object released = candidate.wokenBy();
        if (released != null && !used) {
            candidates.released(released);
        }
    }

    /** Returns whether what the candidate was woken by is taken, by it or by another. */
    private boolean begin(Candidate candidate, @Nullable WebhookEndpoint endpoint, Instant now) {
        String address = candidate.address();
        if (endpoint == null || endpoint.health().isOpenAt(now) || presence.isConnected(address)) {
            UUID operatorId = endpoint == null ? NOBODY : endpoint.operatorId();
            // By address, so that no host is kept from others by what calls nobody.
            return take(candidate, new Slot(address, address, new Share(operatorId, Standing.PROVEN)), () -> {
                outbox.handOverWaiting(address);
                return false;
            });
        }
        Share share = new Share(endpoint.operatorId(), Standing.of(endpoint.health()));
        Slot slot = new Slot(address, hostOf(endpoint.url()), share);
        return endpoint.due() && take(candidate, slot, () -> deliver(endpoint, slot));
    }

    private static String hostOf(String url) {
        try {
            String host = URI.create(url).getHost();
            return host == null ? url : host;
        } catch (IllegalArgumentException unreadable) {
            return url;
        }
    }

    /** Runs what has a place; it answers whether there may be more to do for the agent. */
    private boolean take(Candidate candidate, Slot slot, BooleanSupplier work) {
        Optional<Object> missing = acquireOrPark(slot);
        if (missing.isPresent()) {
            return missing.get().equals(candidate.wokenBy());
        }
        Thread.ofVirtual().name("webhook-" + slot.address()).start(() -> {
            try {
                if (work.getAsBoolean()) {
                    add(slot.address());
                }
            } catch (StorageException | RefusedException away) {
                log.debug("Messages of {} are not pushed at present: {}", slot.address(), away.getMessage());
                candidates.putOff(slot.address(), clock.instant().plus(AFTER_TROUBLE));
            } catch (RuntimeException | Error fault) {
                log.error(
                        "Pushing to {} failed; its message is tried again when its lease has run out",
                        slot.address(),
                        fault);
                candidates.putOff(slot.address(), clock.instant().plus(AFTER_TROUBLE));
            } finally {
                release(slot);
                signal.give();
            }
        });
        return slot.isMadeOf(candidate.wokenBy());
    }

    /** In one step: a place that is released after it was not there and before somebody waits for it would be told to nobody. */
    private Optional<Object> acquireOrPark(Slot slot) {
        synchronized (slots) {
            Optional<Object> missing = slots.acquire(slot);
            missing.ifPresent(what -> candidates.park(slot.address(), what));
            return missing;
        }
    }

    private void release(Slot slot) {
        synchronized (slots) {
            slots.release(slot).forEach(candidates::released);
        }
    }

    private void moveSlow(Instant now) {
        synchronized (slots) {
            slots.moveSlow(now).forEach(candidates::released);
        }
    }

    private boolean deliver(WebhookEndpoint endpoint, Slot slot) {
        RateVerdict rate = limits.count(endpoint.address(), RateCategory.WEBHOOK_DELIVERY);
        if (!rate.allowed()) {
            candidates.putOff(endpoint.address(), clock.instant().plus(rate.retryAfter()));
            return false;
        }
        Optional<Delivery> claimed = outbox.claim(endpoint.address(), LEASE);
        if (claimed.isPresent()) {
            Delivery delivery = claimed.get();
            long from = System.nanoTime();
            Answer answer = calls.call(
                    endpoint,
                    outbox.signingKeys(endpoint),
                    delivery.message(),
                    () -> slots.exchangeBegins(slot, clock.instant()));
            DeliveryListener.Outcome outcome = settlement.settle(endpoint, delivery, answer);
            listener.attempted(outcome, Duration.ofNanos(System.nanoTime() - from));
        }
        return claimed.isPresent();
    }

    private void add(String address) {
        if (!candidates.offer(address)) {
            look.restart();
        }
        signal.give();
    }

    private void awaitSignal() {
        Duration most =
                slots.taken() > slots.slow() ? settings.slowAfter().dividedBy(LOOKS_UNTIL_SLOW) : settings.lookEvery();
        Instant now = clock.instant();
        Duration toNext = candidates
                .nextWake()
                .map(next -> Duration.between(now, next))
                .filter(wait -> wait.compareTo(most) < 0)
                .orElse(most);
        signal.await(look.hasMore() ? Duration.ZERO : toNext);
    }

    /** Deliveries under way in this process. */
    public int inFlight() {
        return slots.taken();
    }

    /** Of these, the ones whose exchange has been slow and counts for no other any more. */
    public int slow() {
        return slots.slow();
    }

    /** Agents for whom something may wait, as far as this process knows. */
    public int candidates() {
        return candidates.size();
    }

    /**
     * Begins nothing more and waits for what is under way, for as long as an exchange may take. What is not over then keeps its
     * lease, and is delivered again when that has run out or this process starts anew.
     */
    @Override
    public void close() {
        stopping.set(true);
        if (subscription != null) {
            subscription.close();
        }
        signal.end();
        awaitEnd();
    }

    private void awaitEnd() {
        long until = System.nanoTime() + settings.stopWithin().toNanos();
        try {
            Thread thread = loop.get();
            if (thread != null) {
                thread.join(settings.stopWithin());
            }
            int underWay = slots.awaitNoneTaken(Duration.ofNanos(until - System.nanoTime()));
            if (underWay > 0) {
                log.warn("{} deliveries were still under way when the worker stopped; they are made again", underWay);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
