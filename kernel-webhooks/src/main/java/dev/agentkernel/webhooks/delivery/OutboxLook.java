package dev.agentkernel.webhooks.delivery;

import dev.agentkernel.core.webhooks.WebhookOutbox;
import dev.agentkernel.core.webhooks.WebhookOutbox.WaitingAgents;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Looks through everything that waits, a page at a time, every so often and whenever it is told to: so a lost hint only delays. The
 * next page is read when all of the last have had their turn. For one thread, but for {@link #restart}.
 */
final class OutboxLook {

    private static final int PAGE_MAX = 1_000;

    private final WebhookOutbox outbox;
    private final Candidates candidates;
    private final Duration every;
    private final AtomicBoolean wanted = new AtomicBoolean(true);
    private Instant next = Instant.MIN;
    private boolean underWay;
    private @Nullable String from;

    OutboxLook(WebhookOutbox outbox, Candidates candidates, Duration every) {
        this.outbox = outbox;
        this.candidates = candidates;
        this.every = every;
    }

    /** The next step begins anew. */
    void restart() {
        wanted.set(true);
    }

    /** Adds a page to the candidates if it is time. */
    void step(Instant now) {
        if (wanted.getAndSet(false) || !now.isBefore(next)) {
            underWay = true;
            from = null;
            next = now.plus(every);
        }
        if (hasMore()) {
            WaitingAgents page = outbox.waiting(from, PAGE_MAX);
            boolean room = page.addresses().stream().allMatch(candidates::offerFound);
            from = page.next();
            underWay = room && from != null;
        }
    }

    /** Whether the next step has a page to read. */
    boolean hasMore() {
        return underWay && !candidates.hasFound();
    }
}
