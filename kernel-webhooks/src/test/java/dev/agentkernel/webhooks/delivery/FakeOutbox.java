package dev.agentkernel.webhooks.delivery;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.core.webhooks.WebhookHealth;
import dev.agentkernel.core.webhooks.WebhookOutbox;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An outbox in memory, with what became of each message. */
final class FakeOutbox implements WebhookOutbox {

    static final ByteString KEY = ByteString.ofHex("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20");

    private final InstantSource clock;
    private final Wakeups wakeups;
    private final Map<String, Deque<QueuedMessage>> waiting = new LinkedHashMap<>();
    private final Map<String, String> urls = new HashMap<>();
    private final Map<String, UUID> operators = new HashMap<>();
    private final Map<String, WebhookHealth> healths = new HashMap<>();
    private final Map<String, Instant> resting = new HashMap<>();
    private final Map<Long, Integer> attempts = new HashMap<>();
    private final Set<String> inHands = new HashSet<>();
    private final List<String> delivered = new ArrayList<>();
    private final List<String> handedOver = new ArrayList<>();
    private long seq;

    FakeOutbox(InstantSource clock, Wakeups wakeups) {
        this.clock = clock;
        this.wakeups = wakeups;
    }

    synchronized void register(String address, String url) {
        urls.put(address, url);
        healths.put(address, WebhookHealth.UNKNOWN);
    }

    /** Everybody is his own operator's until then. */
    synchronized void setOperator(String address, UUID operatorId) {
        operators.put(address, operatorId);
    }

    private UUID operatorOf(String address) {
        return operators.getOrDefault(address, UUID.nameUUIDFromBytes(address.getBytes(StandardCharsets.UTF_8)));
    }

    void send(String address, String content) {
        synchronized (this) {
            waiting.computeIfAbsent(address, any -> new ArrayDeque<>())
                    .addLast(new QueuedMessage(
                            ++seq,
                            new UUID(1, seq),
                            "tab_sender",
                            address,
                            ByteString.ofUtf8(content).orElseThrow(),
                            clock.instant()));
        }
        wakeups.agentHasPush(address);
    }

    /** What rests until now waits again, as the sweep of leases would see to. */
    void sweep() {
        List<String> due;
        synchronized (this) {
            due = resting.entrySet().stream()
                    .filter(entry -> !entry.getValue().isAfter(clock.instant()))
                    .map(Map.Entry::getKey)
                    .toList();
            due.forEach(resting::remove);
        }
        due.forEach(wakeups::agentHasPush);
    }

    synchronized List<String> delivered() {
        return List.copyOf(delivered);
    }

    synchronized List<String> handedOver() {
        return List.copyOf(handedOver);
    }

    synchronized WebhookHealth health(String address) {
        return Objects.requireNonNull(healths.get(address));
    }

    synchronized void setHealth(String address, WebhookHealth health) {
        healths.put(address, health);
    }

    synchronized Map<String, Instant> resting() {
        return Map.copyOf(resting);
    }

    synchronized boolean hasWebhook(String address) {
        return urls.containsKey(address);
    }

    private Deque<QueuedMessage> queue(String address) {
        return waiting.getOrDefault(address, new ArrayDeque<>());
    }

    @Override
    public synchronized WaitingAgents waiting(@Nullable String from, int agentsMax) {
        return new WaitingAgents(
                waiting.keySet().stream()
                        .filter(address -> !queue(address).isEmpty())
                        .toList(),
                null);
    }

    @Override
    public synchronized Map<String, WebhookEndpoint> endpoints(Collection<String> addresses) {
        Map<String, WebhookEndpoint> endpoints = new HashMap<>();
        for (String address : addresses) {
            String url = urls.get(address);
            if (url != null) {
                boolean due = !queue(address).isEmpty() && !inHands.contains(address) && !resting.containsKey(address);
                endpoints.put(
                        address,
                        new WebhookEndpoint(address, operatorOf(address), 1, url, 1, null, health(address), due));
            }
        }
        return endpoints;
    }

    @Override
    public List<ByteString> signingKeys(WebhookEndpoint endpoint) {
        return List.of(KEY);
    }

    @Override
    public synchronized Optional<Delivery> claim(String address, Duration lease) {
        QueuedMessage first = queue(address).peekFirst();
        if (first == null || resting.containsKey(address) || !inHands.add(address)) {
            return Optional.empty();
        }
        int attempt = attempts.merge(first.seq(), 1, Integer::sum);
        return Optional.of(
                new Delivery(first, attempt, UUID.randomUUID(), clock.instant().plus(lease)));
    }

    @Override
    public synchronized void delivered(WebhookEndpoint endpoint, Delivery delivery, @Nullable WebhookHealth health) {
        take(delivery);
        delivered.add(delivery.message().content().toUtf8());
        if (health != null) {
            healths.put(endpoint.address(), health);
        }
    }

    @Override
    public synchronized void retryLater(
            WebhookEndpoint endpoint, Delivery delivery, Duration delay, WebhookHealth health) {
        inHands.remove(endpoint.address());
        resting.put(endpoint.address(), clock.instant().plus(delay));
        healths.put(endpoint.address(), health);
    }

    @Override
    public synchronized void handOver(WebhookEndpoint endpoint, Delivery delivery, WebhookHealth health) {
        take(delivery);
        handedOver.add(delivery.message().content().toUtf8());
        healths.put(endpoint.address(), health);
        if (health.openUntil() != null) {
            handOverWaiting(endpoint.address());
        }
    }

    @Override
    public synchronized int handOverWaiting(String address) {
        Deque<QueuedMessage> queue = queue(address);
        int all = queue.size();
        queue.forEach(message -> handedOver.add(message.content().toUtf8()));
        queue.clear();
        return all;
    }

    @Override
    public synchronized void turnOff(WebhookEndpoint endpoint, Delivery delivery) {
        take(delivery);
        handedOver.add(delivery.message().content().toUtf8());
        urls.remove(endpoint.address());
        handOverWaiting(endpoint.address());
    }

    private void take(Delivery delivery) {
        String address = delivery.message().to();
        if (!inHands.remove(address) || queue(address).pollFirst() != delivery.message()) {
            throw new IllegalStateException("a message that was not in these hands: " + delivery.message());
        }
    }
}
