package dev.agentkernel.core.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.RunningCommits;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.HandOverWaiting;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.LeaseKeeper;
import dev.agentkernel.core.messages.MessageQueues;
import dev.agentkernel.core.messages.MessagingSettings;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.registry.WebhookSecrets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PushOutboxTest {

    private static final AgentCaller AGENT = new AgentCaller("tab_" + "a".repeat(20), 1);
    private static final String OTHER = "tab_" + "b".repeat(20);
    private static final String URL = "https://example.com/";
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final WebhookHealth WELL = WebhookHealth.UNKNOWN;

    private final SettableClock clock = new SettableClock();
    private final MemoryStorage storage = new MemoryStorage(clock);

    @RegisterExtension
    private final RunningCommits running = new RunningCommits(storage);

    private final WebhookSecrets secrets = new WebhookSecrets(new KernelSecret(ByteString.ofHex("5a".repeat(32))));
    private final AtomicLong ids = new AtomicLong();
    private final LeaseKeeper leases =
            new LeaseKeeper(running.commits(), storage.messages(), MessagingSettings.DEFAULT);
    private final MessageQueues queues = new MessageQueues(
            running.commits(),
            storage.messages(),
            MessagingSettings.DEFAULT,
            leases,
            () -> new UUID(0x7000L, ids.incrementAndGet()),
            LeaseHolder.takesOf("me"));
    private final PushOutbox outbox =
            new PushOutbox(running.commits(), storage.webhooks(), queues, secrets, LeaseHolder.pushesOf("me"), clock);

    @BeforeEach
    void register() {
        running.leave(
                new LogRecord.AgentRegistered(AGENT.address(), new UUID(1, 1), text("digest"), URL),
                new LogRecord.AgentRegistered(OTHER, new UUID(1, 1), text("another digest"), null));
    }

    private static ByteString text(String text) {
        return ByteString.ofUtf8(text).orElseThrow();
    }

    private void messagesToPush(int messages) {
        running.leave(IntStream.range(0, messages)
                .mapToObj(i -> new LogRecord.MessageSent(
                        new UUID(2, i), OTHER, AGENT.address(), text("m" + i), Route.PUSH, null))
                .toArray(LogRecord[]::new));
    }

    private WebhookEndpoint endpoint() {
        return Objects.requireNonNull(
                outbox.endpoints(List.of(AGENT.address(), OTHER)).get(AGENT.address()));
    }

    private Delivery claim() {
        return outbox.claim(AGENT.address(), LEASE).orElseThrow();
    }

    private long pullWaiting() {
        return storage.messages().depth(AGENT.address()).pullWaiting();
    }

    private long waitingToBePushed() {
        return outbox.handOverWaiting(AGENT.address());
    }

    private List<LogRecord> recordsAfter(int records) {
        return storage.history().stream()
                .skip(records)
                .map(stamped -> stamped.record())
                .toList();
    }

    private WebhookHealth opened() {
        return new WebhookHealth(5, clock.instant().plusSeconds(300), null, List.of());
    }

    @Test
    void whatWaitsShouldBeFoundWithItsEndpoint() {
        assertThat(outbox.waiting(null, 10).addresses()).isEmpty();
        messagesToPush(2);
        assertThat(outbox.waiting(null, 10).addresses()).containsExactly(AGENT.address());
        assertThat(outbox.endpoints(List.of(AGENT.address(), OTHER))).containsOnlyKeys(AGENT.address());
        assertThat(endpoint().url()).isEqualTo(URL);
    }

    @Test
    void replacedSecretShouldSignBesideTheNewOneWhileItServes() {
        assertThat(outbox.signingKeys(endpoint())).containsExactly(secrets.keyOf(AGENT.address(), 1));
        running.leave(new LogRecord.WebhookChanged(AGENT.address(), URL, 2, clock.instant()));
        assertThat(outbox.signingKeys(endpoint()))
                .containsExactly(secrets.keyOf(AGENT.address(), 2), secrets.keyOf(AGENT.address(), 1));
        clock.advance(WebhookSecrets.OVERLAP);
        assertThat(outbox.signingKeys(endpoint())).containsExactly(secrets.keyOf(AGENT.address(), 2));
    }

    @Test
    void oneMessageAtATimeShouldBeOnItsWay() {
        assertThat(outbox.claim(AGENT.address(), LEASE)).isEmpty();
        messagesToPush(2);
        assertThat(claim().message().content().toUtf8()).isEqualTo("m0");
        assertThat(outbox.claim(AGENT.address(), LEASE)).isEmpty();
    }

    @Test
    void deliveredMessageShouldLeaveTheQueueAsPushed() {
        messagesToPush(2);
        WebhookHealth health =
                WELL.delivered(new WebhookAttempt(clock.instant(), new UUID(2, 0), 200, WebhookAttempt.DELIVERED));
        Delivery first = claim();
        int records = storage.history().size();
        outbox.delivered(endpoint(), first, null);
        assertThat(recordsAfter(records))
                .containsExactly(new LogRecord.MessageDelivered(
                        new UUID(2, 0),
                        AGENT.address(),
                        DeliveryMethod.PUSH,
                        first.message().seq(),
                        2));
        outbox.delivered(endpoint(), claim(), health);
        assertThat(endpoint().health()).isEqualTo(health);
        assertThat(storage.messages().depth(AGENT.address()).messages()).isZero();
    }

    @Test
    void failedMessageShouldRestBeforeItIsTriedAgain() {
        messagesToPush(2);
        WebhookHealth failed = WELL.failed(new WebhookAttempt(clock.instant(), new UUID(2, 0), 500, "status"), null);
        outbox.retryLater(endpoint(), claim(), Duration.ofSeconds(5), failed);
        assertThat(endpoint().health()).isEqualTo(failed);
        assertThat(outbox.claim(AGENT.address(), LEASE)).isEmpty();
        clock.advance(Duration.ofSeconds(5));
        assertThat(leases.runOnce()).isEqualTo(1);
        Delivery again = claim();
        assertThat(again.message().content().toUtf8()).isEqualTo("m0");
        assertThat(again.attempt()).isEqualTo(2);
    }

    @Test
    void messageThatIsGivenUpShouldBeHandedOverAlone() {
        messagesToPush(2);
        outbox.handOver(endpoint(), claim(), WELL);
        assertThat(pullWaiting()).isEqualTo(1);
        assertThat(claim().message().content().toUtf8()).isEqualTo("m1");
    }

    @Test
    void everythingShouldBeHandedOverWhenTheCircuitOpens() {
        int messages = 2 * HandOverWaiting.MESSAGES_MAX + 2;
        messagesToPush(messages);
        outbox.handOver(endpoint(), claim(), opened());
        assertThat(pullWaiting()).isEqualTo(messages);
        assertThat(endpoint().health()).isEqualTo(opened());
    }

    @Test
    void everythingShouldBeHandedOverWhenTheWebhookIsTurnedOff() {
        int messages = 2 * HandOverWaiting.MESSAGES_MAX + 2;
        messagesToPush(messages);
        outbox.turnOff(endpoint(), claim());
        assertThat(outbox.endpoints(List.of(AGENT.address()))).isEmpty();
        assertThat(pullWaiting()).isEqualTo(messages);
    }

    @Test
    void whatWasLearntOfAnotherEndpointShouldMoveItsMessageAlone() {
        messagesToPush(3);
        WebhookEndpoint before = endpoint();
        running.leave(new LogRecord.WebhookChanged(AGENT.address(), URL, 2, clock.instant()));
        outbox.handOver(before, claim(), opened());
        outbox.turnOff(before, claim());
        assertThat(endpoint().health()).isEqualTo(WELL);
        assertThat(pullWaiting()).isEqualTo(2);
        assertThat(waitingToBePushed()).isEqualTo(1);
    }

    @Test
    void endOfADeliveryShouldNotFailWhereTheStorageIsAway() {
        int rest = HandOverWaiting.MESSAGES_MAX + 1;
        messagesToPush(1 + rest);
        Delivery claimed = claim();
        storage.failNextCommit(MemoryStorage.away());
        outbox.handOver(endpoint(), claimed, opened());
        leases.commitPostponed();
        assertThat(endpoint().health()).as("found out anew").isEqualTo(WELL);
        assertThat(pullWaiting()).isEqualTo(1);
        assertThat(waitingToBePushed()).isEqualTo(rest);
    }

    @Test
    void endOfADeliveryShouldNotFailWhereNothingIsTakenIn() {
        messagesToPush(2);
        WebhookEndpoint endpoint = endpoint();
        Delivery claimed = claim();
        running.close();
        outbox.retryLater(endpoint, claimed, Duration.ZERO, WELL);
        outbox.delivered(endpoint, claimed, WELL);
        outbox.handOver(endpoint, claimed, opened());
        outbox.turnOff(endpoint, claimed);
        assertThat(storage.messages().depth(AGENT.address()).messages()).isEqualTo(2);
    }

    @Test
    void allThatWaitsShouldBeHandedOverAndCounted() {
        messagesToPush(2 * HandOverWaiting.MESSAGES_MAX);
        assertThat(outbox.handOverWaiting(AGENT.address())).isEqualTo(2 * HandOverWaiting.MESSAGES_MAX);
        assertThat(outbox.handOverWaiting(AGENT.address())).isZero();
        assertThat(pullWaiting()).isEqualTo(2 * HandOverWaiting.MESSAGES_MAX);
    }
}
