package dev.agentkernel.core.webhooks;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Submission;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.HandOverWaiting;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.MessageQueues;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.registry.WebhookSecrets;
import dev.agentkernel.core.storage.WebhookStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The outbox of a kernel: messages of the push route, claimed under the name of this process. */
public final class PushOutbox implements WebhookOutbox {

    private static final Logger log = LoggerFactory.getLogger(PushOutbox.class);

    private final GroupCommit commits;
    private final WebhookStore store;
    private final MessageQueues messages;
    private final WebhookSecrets secrets;
    private final LeaseHolder holder;
    private final InstantSource clock;

    /**
     * Makes the outbox.
     *
     * @param holder in whose hands messages are while they are on their way
     */
    public PushOutbox(
            GroupCommit commits,
            WebhookStore store,
            MessageQueues messages,
            WebhookSecrets secrets,
            LeaseHolder holder,
            InstantSource clock) {
        this.commits = commits;
        this.store = store;
        this.messages = messages;
        this.secrets = secrets;
        this.holder = holder;
        this.clock = clock;
    }

    @Override
    public WaitingAgents waiting(@Nullable String from, int agentsMax) {
        return store.waiting(from, agentsMax);
    }

    @Override
    public Map<String, WebhookEndpoint> endpoints(Collection<String> addresses) {
        Map<String, WebhookEndpoint> endpoints = HashMap.newHashMap(addresses.size());
        store.endpoints(addresses).forEach(endpoint -> endpoints.put(endpoint.address(), endpoint));
        return endpoints;
    }

    @Override
    public List<ByteString> signingKeys(WebhookEndpoint endpoint) {
        return secrets.signingKeys(
                endpoint.address(), endpoint.secretVersion(), endpoint.secretRotatedAt(), clock.instant());
    }

    @Override
    public Optional<Delivery> claim(String address, Duration lease) {
        return messages.leaseForPush(address, holder, 1, lease).deliveries().stream()
                .findFirst();
    }

    @Override
    public void delivered(WebhookEndpoint endpoint, Delivery delivery, @Nullable WebhookHealth health) {
        Noting noting = health == null ? Noting.NOTHING : note(endpoint, health);
        messages.confirm(delivery, DeliveryMethod.PUSH);
        noting.await();
    }

    @Override
    public void retryLater(WebhookEndpoint endpoint, Delivery delivery, Duration delay, WebhookHealth health) {
        Noting noting = note(endpoint, health);
        messages.giveBack(delivery, Route.PUSH, delay);
        noting.await();
    }

    @Override
    public void handOver(WebhookEndpoint endpoint, Delivery delivery, WebhookHealth health) {
        Noting noting = note(endpoint, health);
        messages.giveBack(delivery, Route.PULL, Duration.ZERO);
        boolean kept = noting.await();
        if (kept && health.openUntil() != null) {
            handOverRest(endpoint.address());
        }
    }

    @Override
    public void turnOff(WebhookEndpoint endpoint, Delivery delivery) {
        Noting noting = handIn(endpoint, new TurnOffWebhook(endpoint.address(), endpoint.secretVersion()));
        messages.giveBack(delivery, Route.PULL, Duration.ZERO);
        if (noting.await()) {
            handOverRest(endpoint.address());
        }
    }

    @Override
    public int handOverWaiting(String address) {
        int all = 0;
        int some;
        do {
            some = commits.commit(new HandOverWaiting(address));
            all += some;
        } while (some == HandOverWaiting.MESSAGES_MAX);
        return all;
    }

    private Noting note(WebhookEndpoint endpoint, WebhookHealth health) {
        return handIn(endpoint, new NoteHealth(endpoint.address(), endpoint.secretVersion(), health));
    }

    private void handOverRest(String address) {
        try {
            handOverWaiting(address);
        } catch (RefusedException busy) {
            log.debug("What waits for {} is handed over later: {}", address, busy.getMessage());
        }
    }

    /** Not waited for: what becomes of the message is handed in behind it, and the two share a commit. */
    private Noting handIn(WebhookEndpoint endpoint, Mutation<Boolean> change) {
        try {
            return new Noting(endpoint.address(), commits.submit(change));
        } catch (RefusedException busy) {
            Noting.log(endpoint.address(), busy);
            return Noting.NOTHING;
        }
    }

    /** What is noted of an endpoint may be lost: the next attempt finds it out anew. */
    private record Noting(String address, @Nullable Submission<Boolean> submission) {

        static final Noting NOTHING = new Noting("", null);

        /** Whether it was kept: it is not when the agent has set another webhook meanwhile. */
        boolean await() {
            if (submission == null) {
                return false;
            }
            try {
                return submission.await();
            } catch (RefusedException busy) {
                log(address, busy);
                return false;
            }
        }

        static void log(String address, RefusedException busy) {
            log.debug("How the webhook of {} fares cannot be kept: {}", address, busy.getMessage());
        }
    }
}
