package dev.agentkernel.app.settings;

import dev.agentkernel.core.verification.Gate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Every property of the kernel, with its default and its range; the only place where either stands.
 *
 * @param dataDir Directory of the embedded store: event log, tables and secrets. Made at the first start, for its owner alone.
 * @param secretKey Secret that keys every token digest, webhook secret and challenge: at least 32 bytes in hexadecimal or base64,
 *     or file:/path of a file that holds them. Made at the first start and kept with the data when nothing is given; a kernel that
 *     moves or grows to several replicas must keep it.
 * @param trustedProxies Addresses or networks (10.0.0.0/8, fd00::/8) of the proxies whose X-Forwarded-For tells the client's
 *     address. None by default, so that nobody can pretend to be somebody else.
 * @param limits How much each agent, operator and client may do.
 * @param messaging Bounds of messages and queues.
 * @param state Bounds of the shared state.
 * @param verification What an operator must solve to register an agent.
 * @param events The event log.
 * @param admin Administration.
 * @param storage The embedded store.
 * @param operators Registration of operators.
 * @param webhook Webhooks: which URLs agents may register, and how messages are pushed there.
 * @param commit Bounds of the write path.
 * @param database The PostgreSQL database, with the profile postgres.
 * @param cluster Replicas that share a database.
 * @param metrics What is measured beside what always is.
 * @param observation Who may watch what happens, and how.
 */
@ConfigurationProperties("kernel")
public record KernelProperties(
        @DefaultValue("./data") Path dataDir,
        @Nullable String secretKey,
        @DefaultValue List<String> trustedProxies,
        @DefaultValue Limits limits,
        @DefaultValue Messaging messaging,
        @DefaultValue State state,
        @DefaultValue Verification verification,
        @DefaultValue Events events,
        @DefaultValue Admin admin,
        @DefaultValue Storage storage,
        @DefaultValue Operators operators,
        @DefaultValue Webhook webhook,
        @DefaultValue Commit commit,
        @DefaultValue Database database,
        @DefaultValue Cluster cluster,
        @DefaultValue Metrics metrics,
        @DefaultValue Observation observation) {

    /**
     * How much each agent, operator and client may do.
     *
     * @param messageSendPerMinute Messages that one agent may send per minute; all of them may come at once.
     * @param messageReceivePerMinute Requests for messages that one agent may make per minute.
     * @param stateReadPerMinute Reads of the shared state (values, listings, capacity) that one agent may make per minute.
     * @param stateWritePerMinute Writes and deletions in the shared state that one agent may make per minute.
     * @param registryReadPerMinute Reads of the registry that one agent may make per minute.
     * @param operatorRegistrationsPerHour Registrations of operators per hour that one client address may try.
     * @param webhookPerMinute Messages that are pushed to one webhook per minute; further ones wait.
     * @param observationPerMinute Requests to observe that one client address may make per minute.
     * @param agentsPerOperator Agents that one operator may have at a time.
     * @param blocksPerAgent Senders whose messages one agent may refuse at a time.
     */
    public record Limits(
            @DefaultValue("60") @Between(least = "1", most = "1000000000")
            long messageSendPerMinute,

            @DefaultValue("300") @Between(least = "1", most = "1000000000")
            long messageReceivePerMinute,

            @DefaultValue("300") @Between(least = "1", most = "1000000000")
            long stateReadPerMinute,

            @DefaultValue("60") @Between(least = "1", most = "1000000000")
            long stateWritePerMinute,

            @DefaultValue("30") @Between(least = "1", most = "1000000000")
            long registryReadPerMinute,

            @DefaultValue("5") @Between(least = "1", most = "1000000000")
            long operatorRegistrationsPerHour,

            @DefaultValue("60") @Between(least = "1", most = "1000000000")
            long webhookPerMinute,

            @DefaultValue("300") @Between(least = "1", most = "1000000000")
            long observationPerMinute,

            @DefaultValue("1000") @Between(least = "1", most = "1000000000")
            long agentsPerOperator,

            @DefaultValue("1000") @Between(least = "1", most = "100000")
            long blocksPerAgent) {}

    /**
     * Bounds of messages and queues.
     *
     * @param maxContentBytes Longest content of a message, in bytes of UTF-8.
     * @param maxQueuePerAgent Messages that may wait for one agent, leased ones included; the next is refused with queue_full.
     * @param maxSharePerSender Percentage of max-queue-per-agent that messages of one sender may take up in a queue while they wait; its
     *     next message there is refused with queue_full. At 100 there is no such limit; below, each send to a queue that is as deep
     *     counts the messages in it.
     * @param totalQueueBytes Content that may wait in all queues together; the next message is refused with queue_full.
     * @param maxAttempts How often a message may be leased to a worker that does not acknowledge it; then it goes to the dead letters.
     *     0 sets no limit.
     * @param maxWaiting Requests that may wait for a message (wait=) at once, in this process; the next is refused with 503. Whatever
     *     this says, requests that wait may keep a quarter of the heap, at 64 KiB each.
     */
    public record Messaging(
            @DefaultValue("64KB") @Between(least = "1B", most = "1MB")
            DataSize maxContentBytes,

            @DefaultValue("10000") @Between(least = "1", most = "1000000000")
            long maxQueuePerAgent,

            @DefaultValue("100") @Between(least = "1", most = "100")
            int maxSharePerSender,

            @DefaultValue("10GB") @Between(least = "1KB", most = "100TB")
            DataSize totalQueueBytes,

            @DefaultValue("0") @Between(least = "0", most = "1000000")
            int maxAttempts,

            @DefaultValue("10000") @Between(least = "1", most = "1000000")
            int maxWaiting) {}

    /**
     * Bounds of the shared state.
     *
     * @param maxKeyBytes Longest key, in bytes of UTF-8.
     * @param maxValueBytes Longest value, in bytes of UTF-8.
     * @param capacityBytes Size of all keys and values together; what would go beyond is refused with store_full.
     */
    public record State(
            @DefaultValue("1KB") @Between(least = "1B", most = "2KB")
            DataSize maxKeyBytes,

            @DefaultValue("1MB") @Between(least = "1B", most = "1MB")
            DataSize maxValueBytes,

            @DefaultValue("1GB") @Between(least = "1KB", most = "100TB")
            DataSize capacityBytes) {}

    /**
     * What an operator must solve to register an agent.
     *
     * @param gate Kind of challenge: stub (any answer passes), pipeline (a chain of text operations) or proof_of_work.
     * @param challengeExpiry How long a challenge may be answered.
     * @param proofOfWorkDifficulty Leading zero bits that a proof of work needs; each more doubles the work, 20 take about a second.
     */
    public record Verification(
            @DefaultValue("stub") Gate gate,

            @DefaultValue("5m") @Between(least = "1s", most = "1d")
            Duration challengeExpiry,

            @DefaultValue("20") @Between(least = "1", most = "32")
            int proofOfWorkDifficulty) {}

    /**
     * The event log.
     *
     * @param segmentBytes Size at which a file of the embedded event log is followed by the next.
     * @param logReads Whether reads of state and registry are logged, as state_read and registry_read.
     * @param retentionDays Days (of UTC) that events are kept; they are dropped by whole files or partitions, and none from the oldest
     *     undelivered message on. 0 keeps them for ever.
     */
    public record Events(
            @DefaultValue("100MB") @Between(least = "4KB", most = "16GB")
            DataSize segmentBytes,

            @DefaultValue("true") boolean logReads,

            @DefaultValue("0") @Between(least = "0", most = "36500")
            int retentionDays) {}

    /**
     * Administration.
     *
     * @param token Token of the administrator: 32 to 256 printable characters, or file:/path of a file that holds them. Made at the
     *     first start and kept with the data when nothing is given.
     */
    public record Admin(@Nullable String token) {}

    /**
     * The embedded store.
     *
     * @param reserveBytes Disk space that is kept free for taking, acknowledging and deleting: below it, what grows is refused with
     *     507 and reads are not logged.
     */
    public record Storage(
            @DefaultValue("256MB") @Between(least = "1MB", most = "1TB")
            DataSize reserveBytes) {}

    /**
     * Registration of operators.
     *
     * @param requireTerms Whether an operator must accept the terms to register.
     */
    public record Operators(@DefaultValue("false") boolean requireTerms) {}

    /**
     * Webhooks: which URLs agents may register, and how messages are pushed there.
     *
     * @param allowHttp Whether http:// is allowed beside https://, and any port; for development only.
     * @param allowPrivateAddresses Whether private and local addresses may be called, and any port; for development only.
     * @param ports Ports that may be called.
     * @param deliver Whether this process pushes messages. Every process does by default; with processes of the profile
     *     webhook-worker beside them, the others need not.
     * @param connectTimeout Longest time of connecting to a receiver.
     * @param exchangeTimeout Longest time of a whole exchange with a receiver, connecting included.
     * @param retries Waits before further attempts after a failed one; a message that fails after all of them is left for its
     *     recipient to fetch.
     * @param retryAfterMax Longest wait that a receiver may ask for with Retry-After.
     * @param circuitFailures Failures in a row after which nothing is pushed to a receiver for a while.
     * @param circuitOpen How long that is; then a single message is tried.
     * @param maxConcurrent Exchanges under way at once in this process, without the slow ones.
     * @param maxPerHost Exchanges under way at once with one host.
     * @param maxSharePerOperator Percentage of max-concurrent, and of max-slow, that exchanges with agents of one operator may take up;
     *     the others of these agents wait.
     * @param slowAfter How long an exchange may last before it is slow: it goes on, but others begin in its place.
     * @param maxSlow Slow exchanges under way at once beside max-concurrent; those beyond it hold their place. Each is a connection
     *     and a message in memory.
     */
    public record Webhook(
            @DefaultValue("false") boolean allowHttp,
            @DefaultValue("false") boolean allowPrivateAddresses,

            @DefaultValue({"443", "8443"}) @Between(least = "1", most = "65535")
            Set<Integer> ports,

            @DefaultValue("true") boolean deliver,

            @DefaultValue("5s") @Between(least = "100ms", most = "30s")
            Duration connectTimeout,

            @DefaultValue("10s") @Between(least = "100ms", most = "30s")
            Duration exchangeTimeout,

            @DefaultValue({"1s", "2s", "4s"}) @Between(least = "100ms", most = "12h")
            List<Duration> retries,

            @DefaultValue("5m") @Between(least = "1s", most = "12h")
            Duration retryAfterMax,

            @DefaultValue("5") @Between(least = "1", most = "1000")
            int circuitFailures,

            @DefaultValue("5m") @Between(least = "1s", most = "12h")
            Duration circuitOpen,

            @DefaultValue("100") @Between(least = "1", most = "10000")
            int maxConcurrent,

            @DefaultValue("4") @Between(least = "1", most = "10000")
            int maxPerHost,

            @DefaultValue("50") @Between(least = "1", most = "100")
            int maxSharePerOperator,

            @DefaultValue("1s") @Between(least = "100ms", most = "30s")
            Duration slowAfter,

            @DefaultValue("400") @Between(least = "0", most = "10000")
            int maxSlow) {}

    /**
     * Bounds of the write path.
     *
     * @param gatheredMax Changes that may wait to be committed; the next is answered 503 at once.
     * @param gatheredBytes Content of the changes that may wait to be committed.
     * @param batchMax Changes that are committed together at most.
     * @param batchBytes Content at which a batch is closed.
     * @param readsMax Records of reads that may wait to be logged; the next read is answered 503.
     */
    public record Commit(
            @DefaultValue("10000") @Between(least = "1", most = "1000000")
            int gatheredMax,

            @DefaultValue("32MB") @Between(least = "2MB", most = "4GB")
            DataSize gatheredBytes,

            @DefaultValue("512") @Between(least = "1", most = "10000")
            int batchMax,

            @DefaultValue("4MB") @Between(least = "64KB", most = "256MB")
            DataSize batchBytes,

            @DefaultValue("50000") @Between(least = "1", most = "1000000")
            int readsMax) {}

    /**
     * The PostgreSQL database, version 15 or later.
     *
     * @param url Where it is: jdbc:postgresql://host:port/database. Needed with the profile postgres.
     * @param username Who the kernel is there; owns the tables, which the kernel makes.
     * @param password Password of that user, or file:/path of a file that holds it.
     * @param poolSize Connections of this replica for reading; writing and upkeep have one more each.
     * @param statementTimeout Longest time of one statement.
     * @param readReplica A server that answers observers.
     */
    public record Database(
            @Nullable String url,
            @DefaultValue("agentkernel") String username,
            @DefaultValue("") String password,

            @DefaultValue("10") @Between(least = "1", most = "500")
            int poolSize,

            @DefaultValue("10s") @Between(least = "6s", most = "29s")
            Duration statementTimeout,

            @DefaultValue ReadReplica readReplica) {

        /** Without the password, and without the URL, which may hold one. */
        @Override
        public String toString() {
            return "Database[username=" + username + ", poolSize=" + poolSize + "]";
        }
    }

    /**
     * A PostgreSQL server that follows the database by streaming replication, for the queries of observers.
     *
     * @param url Where it is: jdbc:postgresql://host:port/database, one server; user and password are those of the database. Without
     *     it the database itself answers observers.
     * @param maxLag How far it may be behind; beyond, or when it is away, the database itself answers observers.
     */
    public record ReadReplica(
            @Nullable String url,

            @DefaultValue("10s") @Between(least = "1s", most = "1h")
            Duration maxLag) {

        /** Without the URL, which may hold a password. */
        @Override
        public String toString() {
            return "ReadReplica[maxLag=" + maxLag + "]";
        }
    }

    /**
     * Replicas that share a database.
     *
     * @param replica Name of this replica among those that share a database: the same after each start, and no other's. The name of
     *     the host when nothing is given.
     * @param registryBackend How replicas tell each other what is worth a look: postgres_notify, by the database's notifications;
     *     postgres_poll, by looking every now and then, as a pooler that lends connections for a transaction demands; local, not at
     *     all, for a single replica. By default postgres_notify with the profile postgres, and always local without it.
     * @param pollInterval How often a replica looks whether others have done something that it was not told of.
     */
    public record Cluster(
            @Nullable String replica,
            @Nullable RegistryBackend registryBackend,

            @DefaultValue("5s") @Between(least = "100ms", most = "1m")
            Duration pollInterval) {}

    /**
     * What is measured beside what always is.
     *
     * @param httpRequests Whether the duration of every HTTP request is measured by path and status (http.server.requests); costs
     *     each request some microseconds of CPU.
     */
    public record Metrics(@DefaultValue("false") boolean httpRequests) {}

    /**
     * Who may watch what happens, and how.
     *
     * @param access Who may observe: public (everybody who reaches the port) or token (whoever has the observation token). When
     *     nothing is given: token; but with a loopback address as server.address, a request that neither comes through a proxy
     *     nor is meant for another host needs none.
     * @param token Token of observers: 32 to 256 printable characters, or file:/path of a file that holds them. Made at the first
     *     start and kept with the data when nothing is given.
     * @param streamsMax Live streams of events that may be open at once, over WebSockets and as server-sent events together.
     */
    public record Observation(
            @Nullable Access access,
            @Nullable String token,

            @DefaultValue("100") @Between(least = "1", most = "10000")
            int streamsMax) {

        /** Who may observe. */
        public enum Access {
            PUBLIC,
            TOKEN
        }
    }
}
