package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.cluster.LocalPresence;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.storage.ActivityStore;
import dev.agentkernel.core.storage.CommitStore;
import dev.agentkernel.core.storage.CredentialStore;
import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.core.storage.MessageStore;
import dev.agentkernel.core.storage.ObservationSource;
import dev.agentkernel.core.storage.RateBudgetStore;
import dev.agentkernel.core.storage.RegistryStore;
import dev.agentkernel.core.storage.RemovalStore;
import dev.agentkernel.core.storage.SecretStore;
import dev.agentkernel.core.storage.StateStore;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import dev.agentkernel.core.storage.WebhookStore;
import dev.agentkernel.storage.records.ActivityTally;
import dev.agentkernel.storage.records.RedactedEvents;
import dev.agentkernel.storage.registry.JpaRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A kernel's storage on PostgreSQL 15 or later, shared by any number of replicas. */
public final class PostgresStorage implements Storage {

    private static final Logger log = LoggerFactory.getLogger(PostgresStorage.class);

    /** Beyond it, what this process issues with a time (challenges) is judged wrongly by the database's clock. */
    private static final Duration CLOCK_SKEW_MAX = Duration.ofSeconds(2);

    /** With the time for requests, a stop stays within what an orchestrator waits before it kills. */
    private static final Duration SETTLE_AT_END = Duration.ofSeconds(5);

    private static final int VALIDATION_SECONDS = 2;

    private final Connections connections;
    private final PostgresCommitStore commits;
    private final JpaRegistry mapper;
    private final Upkeep upkeep;
    private final PooledReads reads;
    private final PostgresActivityStore activity;
    private final PostgresMessageStore messages;
    private final String replica;
    private final AtomicInteger replicas = new AtomicInteger(1);
    private final PostgresRateBudgets budgets;
    private final @Nullable ReadReplica readReplica;

    private PostgresStorage(
            Connections connections,
            PostgresCommitStore commits,
            JpaRegistry mapper,
            Upkeep upkeep,
            ActivityTally tally,
            DecisionClock decisions) {
        this.replica = connections.settings().replica();
        this.connections = connections;
        this.commits = commits;
        this.mapper = mapper;
        this.upkeep = upkeep;
        this.reads = new PooledReads(connections);
        this.activity = new PostgresActivityStore(connections, reads, tally);
        this.messages = new PostgresMessageStore(reads, decisions);
        this.budgets = new PostgresRateBudgets(connections::openWriter, replicas::get);
        PostgresSettings.Replica copy = connections.settings().readReplica();
        this.readReplica = copy == null
                ? null
                : ReadReplica.of(connections.settings(), copy, this, reads, decisions, System::nanoTime);
    }

    /**
     * Connects, brings the tables up to this version, and takes the replica's name.
     *
     * @param clock of this process, which is held against the database's: decisions go by the latter
     * @throws StorageException if the database is away
     */
    public static PostgresStorage open(PostgresSettings settings, InstantSource clock) {
        return open(settings, clock, WriteListener.NONE);
    }

    /**
     * Opens, as {@link #open(PostgresSettings, InstantSource)}, and tells of every batch.
     *
     * @throws StorageException if the database is away
     */
    public static PostgresStorage open(PostgresSettings settings, InstantSource clock, WriteListener listener) {
        return open(settings, clock, listener, DecisionClock.OF_DATABASE, UnaryOperator.identity());
    }

    /** Opens with another clock for decisions, and with another way to the committer's connections. */
    static PostgresStorage open(
            PostgresSettings settings,
            InstantSource clock,
            DecisionClock decisions,
            UnaryOperator<CommitConnection.ConnectionSource> wayToCommit) {
        return open(settings, clock, WriteListener.NONE, decisions, wayToCommit);
    }

    private static PostgresStorage open(
            PostgresSettings settings,
            InstantSource clock,
            WriteListener listener,
            DecisionClock decisions,
            UnaryOperator<CommitConnection.ConnectionSource> wayToCommit) {
        Connections connections = Connections.to(settings);
        CommitConnection committer = new CommitConnection(
                wayToCommit.apply(connections::openWriter), settings.timeouts().settle(), SETTLE_AT_END);
        try {
            connections.requireSupportedServer();
            PostgresSchema.migrate(connections);
            Upkeep upkeep =
                    new Upkeep(connections, new ExpiredRows(decisions), new EventPartitions(settings.retentionDays()));
            upkeep.tryOnce();
            compareClocks(connections, clock);
            CommitterName name = CommitterName.take(settings.replica(), committer.inTransaction());
            ActivityTally tally = new ActivityTally(0);
            PostgresCommitStore commits = new PostgresCommitStore(
                    committer, name, new RowLoader(settings.replica(), decisions), settings.replica(), tally, listener);
            JpaRegistry mapper = new JpaRegistry(connections.readers());
            upkeep.start();
            return new PostgresStorage(connections, commits, mapper, upkeep, tally, decisions);
        } catch (SQLException away) {
            release(connections, committer);
            throw SqlFailures.translate("the database cannot be opened", away);
        } catch (FlywayException unready) {
            release(connections, committer);
            throw new StorageException(Remedy.NONE, "the tables cannot be brought up to this version", unready);
        } catch (RuntimeException | Error failed) {
            release(connections, committer);
            throw failed;
        }
    }

    private static void release(Connections connections, CommitConnection committer) {
        committer.close();
        connections.close();
    }

    private static void compareClocks(Connections connections, InstantSource clock) throws SQLException {
        try (Connection connection = connections.openWriter();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
            row.next();
            Instant own = clock.instant();
            Instant shared = row.getObject(1, OffsetDateTime.class).toInstant();
            if (Duration.between(own, shared).abs().compareTo(CLOCK_SKEW_MAX) > 0) {
                log.warn(
                        "The clock of this process ({}) and the database's ({}) differ by more than {}: set them by NTP,"
                                + " or challenges and leases end early or late",
                        own,
                        shared,
                        CLOCK_SKEW_MAX);
            }
        }
    }

    /** Begins to exchange hints with the other replicas; to be closed before this. */
    public PostgresWakeups startWakeups(PostgresWakeups.Settings settings) {
        PostgresWakeups wakeups = new PostgresWakeups(settings, connections::openWriter, reads, replica);
        wakeups.start();
        return wakeups;
    }

    /**
     * Begins to tell the other replicas that this one lives, and who is connected to it; to be closed before this.
     *
     * @param version of the kernel, for people
     */
    public PostgresPresence startPresence(String version, InstantSource clock, Wakeups wakeups) {
        LocalPresence local = new LocalPresence(replica, version, clock, new LocalWakeups());
        PresenceBeat beat = new PresenceBeat(
                connections::openWriter,
                local,
                new PresenceBeat.Identity(replica, commits.epoch(), version, clock.instant()),
                replicas,
                wakeups);
        beat.start();
        return new PostgresPresence(local, beat, reads, wakeups);
    }

    /** How the connections for reading are used at present. */
    public PoolUse poolUse() {
        return connections.poolUse();
    }

    @Override
    public Optional<RateBudgetStore> rateBudgets() {
        return Optional.of(budgets);
    }

    @Override
    public CommitStore commits() {
        return commits;
    }

    @Override
    public CredentialStore credentials() {
        return new PostgresCredentialStore(reads);
    }

    @Override
    public RegistryStore registry() {
        return new PostgresRegistryStore(reads, mapper);
    }

    @Override
    public MessageStore messages() {
        return messages;
    }

    @Override
    public WebhookStore webhooks() {
        return new PostgresWebhookStore(reads);
    }

    @Override
    public StateStore state() {
        return new PostgresStateStore(reads);
    }

    @Override
    public EventStore events() {
        return new RedactedEvents(new PostgresEventStore(reads), removals());
    }

    @Override
    public RemovalStore removals() {
        return new PostgresRemovalStore(reads, connections);
    }

    @Override
    public ActivityStore activity() {
        return activity;
    }

    @Override
    public ObservationSource observed() {
        return readReplica == null ? ObservationSource.of(this) : readReplica;
    }

    @Override
    public SecretStore secrets() {
        return new PostgresSecretStore(connections);
    }

    @Override
    public boolean isAvailable() {
        try (Connection connection = connections.readers().getConnection()) {
            return connection.isValid(VALIDATION_SECONDS);
        } catch (SQLException away) {
            log.debug("The database is away", away);
            return false;
        }
    }

    @Override
    public void close() {
        upkeep.close();
        if (readReplica != null) {
            readReplica.close();
        }
        activity.close();
        budgets.close();
        mapper.close();
        commits.close();
        connections.close();
    }
}
