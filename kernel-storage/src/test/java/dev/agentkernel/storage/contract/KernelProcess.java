package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.commit.CommitListener;
import dev.agentkernel.core.commit.CommitSettings;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.messages.DeadLetters;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.LeaseKeeper;
import dev.agentkernel.core.messages.MessageExpiry;
import dev.agentkernel.core.messages.MessageQueues;
import dev.agentkernel.core.messages.MessagingSettings;
import dev.agentkernel.core.messages.OutgoingMessage;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.messages.SentMessage;
import dev.agentkernel.core.messages.TakenMessages;
import dev.agentkernel.core.registry.AgentAccounts;
import dev.agentkernel.core.registry.AgentRegistry;
import dev.agentkernel.core.registry.RegisteredAgent;
import dev.agentkernel.core.registry.RegisteredOperator;
import dev.agentkernel.core.registry.RegistryListener;
import dev.agentkernel.core.registry.RegistrySettings;
import dev.agentkernel.core.registry.WebhookSecrets;
import dev.agentkernel.core.removal.ContentEraser;
import dev.agentkernel.core.removal.ContentRemovals;
import dev.agentkernel.core.removal.LogSearch;
import dev.agentkernel.core.state.Precondition;
import dev.agentkernel.core.state.SharedState;
import dev.agentkernel.core.state.StateChange;
import dev.agentkernel.core.state.StateSettings;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.core.verification.VerificationGate;
import dev.agentkernel.core.verification.VerificationSettings;
import dev.agentkernel.core.webhooks.PushOutbox;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The domain's services over one open storage, as one process of a kernel has them; nothing runs in the background but commits. */
public final class KernelProcess implements AutoCloseable {

    private static final KernelSecret SECRET = new KernelSecret(ByteString.wrap(new byte[KernelSecret.BYTES_MIN]));

    private final Storage storage;
    private final Tokens tokens = new Tokens(SECRET);
    private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();
    private final GroupCommit commits;
    private final LeaseKeeper leases;
    private final MessageExpiry expiry;
    private final AgentRegistry registry;
    private final AgentAccounts accounts;
    private final MessageQueues messages;
    private final DeadLetters deadLetters;
    private final PushOutbox outbox;
    private final SharedState state;
    private final ContentRemovals removals;
    private final ContentEraser eraser;
    private final String name;

    /** The limits that a test may want to set. */
    public record Limits(
            CommitSettings commit, MessagingSettings messaging, StateSettings state, RegistrySettings registry) {

        public static final Limits DEFAULT = new Limits(
                CommitSettings.DEFAULT, MessagingSettings.DEFAULT, StateSettings.DEFAULT, RegistrySettings.DEFAULT);

        public Limits with(MessagingSettings other) {
            return new Limits(commit, other, state, registry);
        }

        public Limits with(StateSettings other) {
            return new Limits(commit, messaging, other, registry);
        }

        public Limits with(RegistrySettings other) {
            return new Limits(commit, messaging, state, other);
        }
    }

    public KernelProcess(Storage storage, InstantSource clock, String name, Limits limits) {
        this.storage = storage;
        this.name = name;
        this.commits = new GroupCommit(storage.commits(), limits.commit(), CommitListener.NONE, fatal::set);
        this.leases = new LeaseKeeper(commits, storage.messages(), limits.messaging());
        this.expiry = new MessageExpiry(commits, storage.messages());
        WebhookSecrets secrets = new WebhookSecrets(SECRET);
        this.accounts = new AgentAccounts(
                commits, storage.registry(), tokens, url -> Optional.empty(), secrets, limits.registry());
        this.registry = new AgentRegistry(
                commits,
                storage.registry(),
                tokens,
                new VerificationGate(VerificationSettings.DEFAULT, SECRET, clock),
                url -> Optional.empty(),
                secrets,
                limits.registry(),
                UuidCreator::getTimeOrderedEpochPlus1,
                true,
                RegistryListener.NONE);
        this.messages = new MessageQueues(
                commits,
                storage.messages(),
                limits.messaging(),
                leases,
                UuidCreator::getTimeOrderedEpochPlus1,
                takes());
        this.deadLetters = new DeadLetters(commits, storage.messages());
        this.outbox = new PushOutbox(commits, storage.webhooks(), messages, secrets, pushes(), clock);
        this.state = new SharedState(commits, storage.state(), limits.state(), true);
        this.eraser = new ContentEraser(commits, storage.removals(), fatal::set);
        this.removals = new ContentRemovals(
                commits,
                storage.removals(),
                storage.state(),
                new LogSearch(storage.events(), storage.removals()),
                () -> {});
        commits.start();
    }

    public Storage storage() {
        return storage;
    }

    public GroupCommit commits() {
        return commits;
    }

    public AgentRegistry registry() {
        return registry;
    }

    public AgentAccounts accounts() {
        return accounts;
    }

    public MessageQueues messages() {
        return messages;
    }

    public DeadLetters deadLetters() {
        return deadLetters;
    }

    public ContentRemovals removals() {
        return removals;
    }

    /** Erases when a test says so. */
    public ContentEraser eraser() {
        return eraser;
    }

    public PushOutbox outbox() {
        return outbox;
    }

    public SharedState state() {
        return state;
    }

    /** Expires messages when a test says so. */
    public MessageExpiry expiry() {
        return expiry;
    }

    public LeaseKeeper leases() {
        return leases;
    }

    /** Under whose name the process holds what it takes. */
    public LeaseHolder takes() {
        return LeaseHolder.takesOf(name);
    }

    /** Under whose name the process holds what it pushes. */
    public LeaseHolder pushes() {
        return LeaseHolder.pushesOf(name);
    }

    public String name() {
        return name;
    }

    /** What stopped the committer, if anything did. */
    public Optional<Throwable> fatal() {
        return Optional.ofNullable(fatal.get());
    }

    /** Who holds a token, by the storage's own word. */
    public Caller holderOf(String token) {
        return storage.credentials().find(tokens.digestOf(token)).orElseThrow().caller();
    }

    /** Whether anybody holds a token. */
    public boolean isHeld(String token) {
        return storage.credentials().find(tokens.digestOf(token)).isPresent();
    }

    public OperatorCaller newOperator() {
        RegisteredOperator operator = registry.registerOperator("contact", true);
        return (OperatorCaller) holderOf(operator.apiKey());
    }

    public AgentCaller newAgent(OperatorCaller operator) {
        RegisteredAgent agent =
                registry.registerAgent(operator, registry.issueChallenge().id(), "", null);
        return (AgentCaller) holderOf(agent.token());
    }

    public AgentCaller newAgent() {
        return newAgent(newOperator());
    }

    public List<AgentCaller> newAgents(int count) {
        OperatorCaller operator = newOperator();
        List<AgentCaller> agents = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            agents.add(newAgent(operator));
        }
        return agents;
    }

    public SentMessage send(AgentCaller from, AgentCaller to, String content) {
        return messages.send(from, new OutgoingMessage(to.address(), utf8(content), null));
    }

    public SentMessage send(AgentCaller from, AgentCaller to, String content, String idempotencyKey) {
        return messages.send(from, new OutgoingMessage(to.address(), utf8(content), idempotencyKey));
    }

    /** Takes and confirms. */
    public List<QueuedMessage> receive(AgentCaller agent, int messagesMax) {
        TakenMessages taken = messages.take(agent, messagesMax);
        messages.confirm(taken);
        return taken.messages();
    }

    public StateChange put(AgentCaller agent, String key, String value) {
        return state.write(agent, key, utf8(value), Precondition.NONE);
    }

    public Optional<String> get(AgentCaller agent, String key) {
        return state.read(agent, key).map(entry -> entry.value().toUtf8());
    }

    /** Every event so far, in pages of the given size. */
    public List<Event> allEvents(int pageSize) {
        List<Event> events = new ArrayList<>();
        long since = 0;
        while (true) {
            List<Event> page = storage.events().eventsAfter(since, pageSize);
            events.addAll(page);
            if (page.size() < pageSize) {
                return events;
            }
            since = page.getLast().seq();
        }
    }

    public static ByteString utf8(String text) {
        return ByteString.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    public static List<UUID> idsOf(List<QueuedMessage> messages) {
        return messages.stream().map(QueuedMessage::messageId).toList();
    }

    public static List<String> contentsOf(List<QueuedMessage> messages) {
        return messages.stream().map(message -> message.content().toUtf8()).toList();
    }

    /** Commits what is under way, and proves that nothing fatal happened. */
    @Override
    public void close() {
        commits.close();
        assertThat(fatal()).isEmpty();
        storage.close();
    }

    /** Counts all activity, so many events at a time. */
    void countActivity(int step) {
        while (storage().activity().countNext(step) > 0) {
            // Until everything is counted.
        }
    }
}
