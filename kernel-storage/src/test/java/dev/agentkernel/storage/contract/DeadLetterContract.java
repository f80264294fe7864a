package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.messages.DeadLetter;
import dev.agentkernel.core.messages.DeadLetterPage;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.LeaseChanges;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.MessagingSettings;
import dev.agentkernel.core.messages.NamedLeases;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.messages.SentMessage;
import dev.agentkernel.core.messages.TakenMessages;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is handed out too often without being acknowledged goes to nobody any more, and stays for its recipient to look at. */
public abstract class DeadLetterContract extends StorageContract {

    private static final LeaseHolder WORKER = LeaseHolder.worker("w");
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final int ATTEMPTS_MAX = 3;
    private static final Limits LIMITS = Limits.DEFAULT.with(MessagingSettings.DEFAULT.withAttemptsMax(ATTEMPTS_MAX));

    @BeforeEach
    void limitAttempts() throws Exception {
        restart(LIMITS);
    }

    private List<Delivery> lease(AgentCaller agent, LeaseHolder holder) {
        return kernel.messages().lease(agent, holder, 100, LEASE).deliveries();
    }

    private LeaseChanges nack(AgentCaller agent, Delivery delivery, Duration delay) {
        return kernel.messages().nack(agent, NamedLeases.of(List.of(delivery.leaseId())), delay);
    }

    /** Lets a message of the agent's that waits alone be handed out until it is a dead letter. */
    private void killOnly(AgentCaller agent) {
        for (int i = 0; i < ATTEMPTS_MAX; i++) {
            List<Delivery> leased = lease(agent, WORKER);
            assertThat(leased).hasSize(1);
            nack(agent, leased.getFirst(), Duration.ZERO);
        }
        assertThat(lease(agent, WORKER)).isEmpty();
    }

    private DeadLetterPage dead(AgentCaller agent) {
        return kernel.deadLetters().list(agent, 0, 100);
    }

    private List<String> deadContents(AgentCaller agent) {
        return contents(dead(agent));
    }

    private static List<String> contents(DeadLetterPage page) {
        return page.letters().stream()
                .map(letter -> letter.message().content().toUtf8())
                .toList();
    }

    private QueueDepth depth(AgentCaller agent) {
        return kernel.storage().messages().depth(agent.address());
    }

    private List<Event> deaths() {
        return kernel.allEvents(100).stream()
                .filter(event -> event.type() == EventType.MESSAGE_DEAD)
                .toList();
    }

    @Test
    void messageGivenBackTooOftenShouldBeADeadLetterAndLogged() throws Exception {
        AgentCaller sender = kernel.newAgent();
        AgentCaller agent = kernel.newAgent();
        SentMessage sent = kernel.send(sender, agent, "poison");

        killOnly(agent);

        restart(LIMITS);
        DeadLetterPage page = dead(agent);
        assertThat(page.total()).isEqualTo(1);
        assertThat(page.nextAfterSeq()).isEmpty();
        DeadLetter letter = page.letters().getFirst();
        assertThat(letter.attempts()).isEqualTo(ATTEMPTS_MAX);
        assertThat(letter.message().messageId()).isEqualTo(sent.messageId());
        assertThat(letter.message().from()).isEqualTo(sender.address());
        assertThat(letter.message().timestamp()).isEqualTo(sent.timestamp());
        assertThat(depth(agent)).isEqualTo(new QueueDepth(1, 6, 0));
        assertThat(deaths()).singleElement().satisfies(event -> {
            assertThat(event.agent()).isEqualTo(agent.address());
            assertThat(event.data().toUtf8())
                    .isEqualTo("{\"message_id\":\"" + sent.messageId() + "\",\"to\":\"" + agent.address()
                            + "\",\"attempts\":" + ATTEMPTS_MAX + "}");
        });
    }

    @Test
    void leaseThatRunsOutShouldCountAsMuchAsOneThatIsGivenBack() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "slow");
        kernel.send(agent, agent, "later");

        for (int i = 1; i < ATTEMPTS_MAX; i++) {
            assertThat(lease(agent, WORKER)).hasSize(2);
            clock.advance(LEASE);
            assertThat(kernel.leases().runOnce()).isEqualTo(2);
        }
        List<Delivery> last = lease(agent, WORKER);
        kernel.messages().acknowledge(agent, NamedLeases.of(List.of(last.get(1).leaseId())), DeliveryMethod.PULL);
        clock.advance(LEASE);
        assertThat(kernel.leases().runOnce()).isEqualTo(1);

        assertThat(deadContents(agent)).containsExactly("slow");
        assertThat(depth(agent)).isEqualTo(new QueueDepth(1, 4, 0));
    }

    @Test
    void whatASocketLostShouldCountButNotWhatTheProcessLost() throws Exception {
        AgentCaller agent = kernel.newAgent();
        LeaseHolder sockets = LeaseHolder.socketsOf(kernel.name());
        kernel.send(agent, agent, "m");
        for (int i = 0; i < ATTEMPTS_MAX; i++) {
            assertThat(lease(agent, sockets)).hasSize(1);
            restart(LIMITS);
            kernel.leases().giveBackAllHeldBy(sockets);
        }

        assertThat(deadContents(agent)).isEmpty();
        kernel.messages().giveBack(List.of(lease(agent, sockets).getFirst().held()));
        assertThat(deadContents(agent)).containsExactly("m");
    }

    @Test
    void whatItsRecipientNeverSawShouldNotDie() {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "m");
        for (int i = 0; i < ATTEMPTS_MAX + 2; i++) {
            TakenMessages taken = kernel.messages().take(agent, 1);
            assertThat(taken.messages()).hasSize(1);
            kernel.messages().giveBack(taken);
            Delivery unwritten = lease(agent, WORKER).getFirst();
            kernel.messages().giveBack(unwritten, Route.PULL, Duration.ZERO);
        }
        kernel.messages().take(agent, 1);
        clock.advance(Duration.ofMinutes(2));
        assertThat(kernel.leases().runOnce()).isEqualTo(1);

        assertThat(deaths()).isEmpty();
        nack(agent, lease(agent, WORKER).getFirst(), Duration.ZERO);
        assertThat(deadContents(agent)).containsExactly("m");
    }

    @Test
    void whatRestsShouldNotDieWhenItsRestEnds() throws Exception {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "m");
        restart(Limits.DEFAULT);
        for (int i = 0; i < ATTEMPTS_MAX + 1; i++) {
            nack(agent, lease(agent, WORKER).getFirst(), Duration.ofSeconds(5));
            clock.advance(Duration.ofSeconds(5));
            if (i == ATTEMPTS_MAX) {
                restart(LIMITS);
            }
            assertThat(kernel.leases().runOnce()).isEqualTo(1);
        }
        assertThat(deadContents(agent)).isEmpty();
        nack(agent, lease(agent, WORKER).getFirst(), Duration.ofSeconds(5));
        assertThat(deadContents(agent)).as("whoever dies rests no more").containsExactly("m");
    }

    @Test
    void requeuedLetterShouldWaitAtItsOldPlaceAsIfItHadNeverBeenHandedOut() throws Exception {
        AgentCaller agent = kernel.newAgent();
        SentMessage sent = kernel.send(agent, agent, "first");
        killOnly(agent);
        kernel.send(agent, agent, "second");

        kernel.deadLetters().requeue(agent, sent.messageId());

        restart(LIMITS);
        assertThat(deadContents(agent)).isEmpty();
        assertThat(depth(agent)).isEqualTo(new QueueDepth(2, 11, 2));
        List<Delivery> leased = lease(agent, WORKER);
        assertThat(leased).extracting(each -> each.message().content().toUtf8()).containsExactly("first", "second");
        assertThat(leased).extracting(Delivery::attempt).containsExactly(1, 1);
        MessageContract.assertRefused(
                ErrorCode.NOT_FOUND, () -> kernel.deadLetters().requeue(agent, sent.messageId()));
    }

    @Test
    void requeuedLetterShouldGoToTheWebhookWhereThereIsOne() {
        AgentCaller agent = kernel.newAgent();
        SentMessage sent = kernel.send(agent, agent, "m");
        killOnly(agent);
        kernel.accounts().setWebhook(agent, "https://hooks.example/");

        kernel.deadLetters().requeue(agent, sent.messageId());

        assertThat(depth(agent)).isEqualTo(new QueueDepth(1, 1, 0));
        assertThat(kernel.outbox().claim(agent.address(), LEASE)).isPresent();
    }

    @Test
    void deletedLetterShouldLeaveTheQueueAndItsCounters() throws Exception {
        AgentCaller agent = kernel.newAgent();
        AgentCaller other = kernel.newAgent();
        SentMessage sent = kernel.send(agent, agent, "letter");
        killOnly(agent);
        for (UUID unknown :
                List.of(UUID.randomUUID(), kernel.send(agent, agent, "waits").messageId())) {
            MessageContract.assertRefused(
                    ErrorCode.NOT_FOUND, () -> kernel.deadLetters().delete(agent, unknown));
        }
        MessageContract.assertRefused(
                ErrorCode.NOT_FOUND, () -> kernel.deadLetters().delete(other, sent.messageId()));
        MessageContract.assertRefused(
                ErrorCode.NOT_FOUND, () -> kernel.deadLetters().requeue(other, sent.messageId()));

        kernel.deadLetters().delete(agent, sent.messageId());

        restart(LIMITS);
        assertThat(deadContents(agent)).isEmpty();
        assertThat(depth(agent)).isEqualTo(new QueueDepth(1, 5, 1));
        MessageContract.assertRefused(
                ErrorCode.NOT_FOUND, () -> kernel.deadLetters().delete(agent, sent.messageId()));
    }

    @Test
    void deadLettersShouldCountAgainstTheQueueUntilTheyAreDeleted() throws Exception {
        Limits narrow = LIMITS.with(new MessagingSettings(100, 2, 1_000).withAttemptsMax(1));
        restart(narrow);
        AgentCaller agent = kernel.newAgent();
        SentMessage dead = kernel.send(agent, agent, "a");
        nack(agent, lease(agent, WORKER).getFirst(), Duration.ZERO);
        kernel.send(agent, agent, "b");

        MessageContract.assertRefused(ErrorCode.QUEUE_FULL, () -> kernel.send(agent, agent, "c"));
        kernel.deadLetters().delete(agent, dead.messageId());
        kernel.send(agent, agent, "c");

        assertThat(depth(agent)).isEqualTo(new QueueDepth(2, 2, 2));
    }

    @Test
    void pagesShouldNeitherSkipNorRepeat() throws Exception {
        restart(LIMITS.with(MessagingSettings.DEFAULT.withAttemptsMax(1)));
        AgentCaller agent = kernel.newAgent();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            kernel.send(agent, agent, "m" + i);
            expected.add("m" + i);
        }
        lease(agent, WORKER).forEach(delivery -> nack(agent, delivery, Duration.ZERO));

        List<String> found = new ArrayList<>();
        long after = 0;
        while (true) {
            DeadLetterPage page = kernel.deadLetters().list(agent, after, 3);
            assertThat(page.total()).isEqualTo(7);
            assertThat(page.letters()).hasSizeLessThanOrEqualTo(3);
            found.addAll(contents(page));
            if (page.nextAfterSeq().isEmpty()) {
                break;
            }
            after = page.nextAfterSeq().getAsLong();
        }
        assertThat(found).isEqualTo(expected);
        assertThat(kernel.deadLetters().list(kernel.newAgent(), 0, 3).total()).isZero();
    }

    @Test
    void removedContentShouldLeaveTheDeadLetters() {
        AgentCaller agent = kernel.newAgent();
        SentMessage sent = kernel.send(agent, agent, "secret");
        killOnly(agent);

        kernel.removals().remove(RemovalTarget.message(sent.messageId()), "reason", "somebody");

        assertThat(deadContents(agent)).isEmpty();
        assertThat(depth(agent)).isEqualTo(QueueDepth.EMPTY);
    }

    @Test
    void deregisteredAgentShouldTakeItsDeadLettersWithIt() {
        OperatorCaller operator = kernel.newOperator();
        AgentCaller agent = kernel.newAgent(operator);
        AgentCaller other = kernel.newAgent(operator);
        kernel.send(other, agent, "m");
        killOnly(agent);

        kernel.accounts().deregister(operator, agent.address());

        assertThat(dead(agent)).isEqualTo(new DeadLetterPage(List.of(), OptionalLong.empty(), 0));
        assertThat(depth(agent)).isEqualTo(QueueDepth.EMPTY);
    }

    /** Whoever of the two comes first decides, and the other finds nothing: a message is acknowledged or dead, never both. */
    @Test
    void acknowledgementAndDeathShouldExcludeEachOther() throws Exception {
        restart(LIMITS.with(MessagingSettings.DEFAULT.withAttemptsMax(1)));
        AgentCaller agent = kernel.newAgent();
        for (int i = 0; i < 40; i++) {
            kernel.send(agent, agent, "m" + i);
        }
        List<Delivery> leased = lease(agent, WORKER);
        assertThat(leased).hasSize(40);
        ConcurrentLinkedQueue<UUID> acknowledged = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<UUID> returned = new ConcurrentLinkedQueue<>();

        List<Race.Runner> runners = new ArrayList<>();
        for (Delivery delivery : leased) {
            NamedLeases named = NamedLeases.of(List.of(delivery.leaseId()));
            runners.add(() -> acknowledged.addAll(kernel.messages()
                    .acknowledge(agent, named, DeliveryMethod.PULL)
                    .changed()));
            runners.add(() -> returned.addAll(
                    kernel.messages().nack(agent, named, Duration.ZERO).changed()));
        }
        Race.run(runners);

        // Either may win every time, and then the other has none.
        assertThat(acknowledged).noneMatch(returned::contains);
        assertThat(acknowledged.size() + returned.size()).isEqualTo(40);
        assertThat(deaths()).hasSize(returned.size());
        assertThat(dead(agent).total()).isEqualTo(returned.size());
        assertThat(depth(agent).messages()).isEqualTo(returned.size());
    }

    /** A letter is put back or deleted once, whoever asks how often at one moment. */
    @Test
    void letterShouldHaveOneFateOnly() throws Exception {
        AgentCaller agent = kernel.newAgent();
        SentMessage sent = kernel.send(agent, agent, "m");
        killOnly(agent);
        ConcurrentLinkedQueue<String> fates = new ConcurrentLinkedQueue<>();
        List<Race.Runner> runners = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            runners.add(() ->
                    decide("requeued", fates, () -> kernel.deadLetters().requeue(agent, sent.messageId())));
            runners.add(() ->
                    decide("deleted", fates, () -> kernel.deadLetters().delete(agent, sent.messageId())));
        }
        Race.run(runners);

        assertThat(fates).hasSize(1);
        assertThat(depth(agent)).isEqualTo(fates.contains("requeued") ? new QueueDepth(1, 1, 1) : QueueDepth.EMPTY);
    }

    private static void decide(String fate, ConcurrentLinkedQueue<String> fates, Runnable decision) {
        try {
            decision.run();
            fates.add(fate);
        } catch (RefusedException late) {
            assertThat(late.code()).isEqualTo(ErrorCode.NOT_FOUND);
        }
    }
}
