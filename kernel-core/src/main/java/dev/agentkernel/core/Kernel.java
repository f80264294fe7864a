package dev.agentkernel.core;

import com.github.benmanes.caffeine.cache.Ticker;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.agentkernel.core.auth.Authenticator;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.cluster.CommitHints;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.commit.CommitListener;
import dev.agentkernel.core.commit.CommitSettings;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.commit.LogClock;
import dev.agentkernel.core.limits.LocalRateLimits;
import dev.agentkernel.core.limits.RateLimitSettings;
import dev.agentkernel.core.limits.RateLimits;
import dev.agentkernel.core.limits.SharedRateLimits;
import dev.agentkernel.core.messages.DeadLetters;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.LeaseKeeper;
import dev.agentkernel.core.messages.MessageExpiry;
import dev.agentkernel.core.messages.MessageQueues;
import dev.agentkernel.core.messages.MessagingSettings;
import dev.agentkernel.core.observation.ActivityProjector;
import dev.agentkernel.core.observation.Observation;
import dev.agentkernel.core.registry.AgentAccounts;
import dev.agentkernel.core.registry.AgentRegistry;
import dev.agentkernel.core.registry.RegistrySettings;
import dev.agentkernel.core.registry.WebhookSecrets;
import dev.agentkernel.core.registry.WebhookUrlPolicy;
import dev.agentkernel.core.removal.ContentEraser;
import dev.agentkernel.core.removal.ContentRemovals;
import dev.agentkernel.core.removal.LogSearch;
import dev.agentkernel.core.state.SharedState;
import dev.agentkernel.core.state.StateSettings;
import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.core.storage.ObservationSource;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.core.verification.VerificationGate;
import dev.agentkernel.core.verification.VerificationSettings;
import dev.agentkernel.core.webhooks.AgentWebhooks;
import dev.agentkernel.core.webhooks.PushOutbox;
import dev.agentkernel.core.webhooks.WebhookOutbox;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/**
 * The kernel over a storage: every service of the domain, wired once. {@link #start} begins to commit; {@link #close} finishes
 * what was accepted. The storage belongs to the caller.
 */
public final class Kernel implements AutoCloseable {

    private final EventStore history;
    private final LogClock clock;
    private final GroupCommit commits;
    private final LeaseKeeper leases;
    private final Authenticator authenticator;
    private final RateLimits rateLimits;
    private final AgentRegistry registry;
    private final AgentAccounts accounts;
    private final MessageQueues messages;
    private final DeadLetters deadLetters;
    private final PushOutbox outbox;
    private final AgentWebhooks webhooks;
    private final SharedState state;
    private final Observation observation;
    private final Observation liveObservation;
    private final List<LeaseHolder> lostWithTheProcess;
    private final ContentEraser eraser;
    private final ContentRemovals removals;
    private final Wakeups.Subscription waitingRequests;
    private final Wakeups.Subscription waitingReaders;
    private final Wakeups.Subscription deaths;
    private final Upkeep upkeep;

    /** Everything that can be set, with the contract's defaults in {@link #DEFAULT}. */
    public record Settings(
            CommitSettings commit,
            RateLimitSettings rateLimits,
            RegistrySettings registry,
            MessagingSettings messaging,
            StateSettings state,
            VerificationSettings verification,
            boolean logReads,
            String replica) {

        /** The name of the only process of an embedded store. */
        public static final String SINGLE_REPLICA = "single";

        public static final Settings DEFAULT = new Settings(
                CommitSettings.DEFAULT,
                RateLimitSettings.defaults(),
                RegistrySettings.DEFAULT,
                MessagingSettings.DEFAULT,
                StateSettings.DEFAULT,
                VerificationSettings.DEFAULT,
                true,
                SINGLE_REPLICA);
    }

    /** What the kernel works with from outside. */
    public record Environment(
            KernelSecret secret,
            InstantSource clock,
            Wakeups wakeups,
            WebhookUrlPolicy webhookUrls,
            KernelListeners listeners,
            Consumer<Throwable> onFatal) {}

    public Kernel(Storage storage, Settings settings, Environment environment) {
        KernelListeners listeners = environment.listeners();
        Tokens tokens = new Tokens(environment.secret());
        Ticker ticker = Ticker.systemTicker();
        this.history = storage.events();
        this.clock = new LogClock(environment.clock());
        LeaseHolder takes = LeaseHolder.takesOf(settings.replica());
        this.lostWithTheProcess =
                List.of(takes, LeaseHolder.socketsOf(settings.replica()), LeaseHolder.pushesOf(settings.replica()));
        this.commits = new GroupCommit(
                storage.commits(),
                settings.commit(),
                CommitListener.all(List.of(clock, new CommitHints(environment.wakeups()), listeners.commits())),
                environment.onFatal());
        this.leases = new LeaseKeeper(commits, storage.messages(), settings.messaging());
        this.authenticator = new Authenticator(
                storage.credentials(), tokens, environment.wakeups(), listeners.authentications(), ticker);
        SharedRateLimits sharedLimits = storage.rateBudgets()
                .map(budgets -> new SharedRateLimits(settings.rateLimits(), budgets, environment.clock(), ticker))
                .orElse(null);
        this.rateLimits = RateLimits.telling(
                listeners.limits(),
                sharedLimits != null
                        ? sharedLimits
                        : new LocalRateLimits(settings.rateLimits(), environment.clock(), ticker));
        WebhookSecrets webhookSecrets = new WebhookSecrets(environment.secret());
        this.accounts = new AgentAccounts(
                commits, storage.registry(), tokens, environment.webhookUrls(), webhookSecrets, settings.registry());
        this.registry = new AgentRegistry(
                commits,
                storage.registry(),
                tokens,
                new VerificationGate(settings.verification(), environment.secret(), clock),
                environment.webhookUrls(),
                webhookSecrets,
                settings.registry(),
                UuidCreator::getTimeOrderedEpochPlus1,
                settings.logReads(),
                listeners.registry());
        this.messages = new MessageQueues(
                commits,
                storage.messages(),
                settings.messaging(),
                leases,
                UuidCreator::getTimeOrderedEpochPlus1,
                takes);
        this.deadLetters = new DeadLetters(commits, storage.messages());
        this.outbox = new PushOutbox(
                commits, storage.webhooks(), messages, webhookSecrets, LeaseHolder.pushesOf(settings.replica()), clock);
        this.webhooks =
                new AgentWebhooks(storage.webhooks(), webhookSecrets, clock, UuidCreator::getTimeOrderedEpochPlus1);
        this.waitingRequests = environment.wakeups().subscribe(messages.waitingRequests());
        this.state = new SharedState(commits, storage.state(), settings.state(), settings.logReads());
        this.waitingReaders = environment.wakeups().subscribe(state.waitingRequests());
        this.eraser = new ContentEraser(commits, storage.removals(), environment.onFatal());
        this.removals = new ContentRemovals(
                commits,
                storage.removals(),
                storage.state(),
                new LogSearch(storage.events(), storage.removals()),
                eraser::wake);
        this.observation = new Observation(storage.observed(), storage);
        this.liveObservation = new Observation(ObservationSource.of(storage), storage);
        this.upkeep = new Upkeep(
                leases,
                new MessageExpiry(commits, storage.messages()),
                new ActivityProjector(storage.activity()),
                authenticator,
                sharedLimits);
        this.deaths = environment.wakeups().subscribe(new Wakeups.Listener() {
            @Override
            public void onReplicaDied(String name) {
                upkeep.inheritFrom(name);
            }
        });
    }

    /** Starts to commit, gives back what an earlier life of this process had in its hands, and begins to sweep what ran out. */
    public void start() {
        // The clock may have been set back since the last event was written.
        history.eventsAfter(Math.max(0, history.lastSeq() - 1), 1).forEach(last -> clock.advanceTo(last.time()));
        commits.start();
        lostWithTheProcess.forEach(leases::giveBackAllHeldBy);
        upkeep.start();
        eraser.start();
    }

    public Authenticator authenticator() {
        return authenticator;
    }

    public RateLimits rateLimits() {
        return rateLimits;
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

    /** What was handed out too often without being acknowledged. */
    public DeadLetters deadLetters() {
        return deadLetters;
    }

    /** What waits to be pushed, for whoever delivers it. */
    public WebhookOutbox outbox() {
        return outbox;
    }

    /** What agents and observers see of webhooks. */
    public AgentWebhooks webhooks() {
        return webhooks;
    }

    public SharedState state() {
        return state;
    }

    /** What observers ask; it may be behind by a moment where a copy of the storage serves them. */
    public Observation observation() {
        return observation;
    }

    /** What streams follow, led by hints: never behind these. */
    public Observation liveObservation() {
        return liveObservation;
    }

    public ContentRemovals removals() {
        return removals;
    }

    /** How many mutations wait to be committed. */
    public int gathered() {
        return commits.gathered();
    }

    /** Stops sweeping, refuses new changes, and returns when everything that was accepted is durable. */
    @Override
    public void close() {
        deaths.close();
        eraser.stop();
        upkeep.close();
        eraser.close();
        messages.endWaiting();
        state.endWaiting();
        waitingRequests.close();
        waitingReaders.close();
        leases.commitPostponed();
        commits.close();
    }
}
