package dev.agentkernel.core.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.storage.CredentialStore;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who is calling. Known and unknown tokens are remembered for a short time, within bounds, so that neither costs more
 * than one indexed look-up however many agents there are. A cached answer serves reads, and on a storage that others
 * share only while it is certain that it was right within the last second; every commit checks the credential's version again.
 */
public final class Authenticator {

    private static final int KNOWN_MAX = 50_000;
    private static final int UNKNOWN_MAX = 20_000;
    private static final Duration KNOWN_FOR = Duration.ofMinutes(5);
    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(10);

    private final CredentialStore store;
    private final Tokens tokens;
    private final AuthenticationListener listener;
    private final Cache<ByteString, Credential> known;
    private final Cache<ByteString, Boolean> unknown;
    private final AtomicLong revocations = new AtomicLong();
    private final Wakeups wakeups;
    private final @Nullable RevocationWatch watch;

    public Authenticator(
            CredentialStore store, Tokens tokens, Wakeups wakeups, AuthenticationListener listener, Ticker ticker) {
        this.store = store;
        this.tokens = tokens;
        this.listener = listener;
        this.wakeups = wakeups;
        this.watch = store.shared()
                .map(shared -> new RevocationWatch(shared, this::forgetAll, ticker))
                .orElse(null);
        this.known = Caffeine.newBuilder()
                .maximumSize(KNOWN_MAX)
                .expireAfterWrite(KNOWN_FOR)
                .ticker(ticker)
                .build();
        this.unknown = Caffeine.newBuilder()
                .maximumSize(UNKNOWN_MAX)
                .expireAfterWrite(UNKNOWN_FOR)
                .ticker(ticker)
                .build();
        wakeups.subscribe(new Wakeups.Listener() {
            @Override
            public void onCredentialRevoked(Caller current) {
                forget(current);
            }
        });
    }

    /**
     * Looks whether credentials died that nobody told of; to be called every {@link RevocationWatch#PERIOD} by one thread, or
     * else every request of a storage that others share asks the storage.
     */
    public void lookForRevocations() {
        if (watch != null) {
            watch.runOnce();
        }
    }

    /** Whether there is anything to look for. */
    public boolean mustLookForRevocations() {
        return watch != null;
    }

    /** How often to look for revocations. */
    public static Duration revocationPeriod() {
        return RevocationWatch.PERIOD;
    }

    /**
     * The agent that holds the token.
     *
     * @throws RefusedException {@code unauthorized} if the token is missing, malformed, unknown, or an operator's
     */
    public AgentCaller agent(@Nullable String token) {
        if (token != null
                && Tokens.isWellFormed(token, Tokens.AGENT_PREFIX)
                && find(token).map(Credential::caller).orElse(null) instanceof AgentCaller agent) {
            return agent;
        }
        throw refused("This needs an agent token: 'Authorization: Bearer at_live_…'.");
    }

    /**
     * The operator that holds the key.
     *
     * @throws RefusedException {@code unauthorized} if the key is missing, malformed, unknown, or an agent's
     */
    public OperatorCaller operator(@Nullable String key) {
        if (key != null
                && Tokens.isWellFormed(key, Tokens.OPERATOR_PREFIX)
                && find(key).map(Credential::caller).orElse(null) instanceof OperatorCaller operator) {
            return operator;
        }
        throw refused("This needs an operator key: 'Authorization: Bearer sk_live_…'.");
    }

    /**
     * The versions of these agents' credentials, as they are now; whoever has none any more is missing. For whoever goes by a
     * credential longer than a request and hears that some have died.
     */
    public Map<String, Integer> versionsOf(Collection<String> addresses) {
        return store.shared()
                .orElseThrow(() -> new IllegalStateException("credentials died unheard in a store that nobody shares"))
                .versionsOf(addresses);
    }

    private RefusedException refused(String message) {
        listener.refused();
        return new RefusedException(ErrorCode.UNAUTHORIZED, message);
    }

    private Optional<Credential> find(String token) {
        long started = System.nanoTime();
        ByteString digest = tokens.digestOf(token);
        Credential cached = known.getIfPresent(digest);
        if (cached != null && cached.digest().equalsInConstantTime(digest) && (watch == null || watch.isCurrent())) {
            listener.hit(System.nanoTime() - started);
            return Optional.of(cached);
        }
        if (unknown.getIfPresent(digest) != null) {
            listener.hit(System.nanoTime() - started);
            return Optional.empty();
        }
        listener.missed(System.nanoTime() - started);
        return load(digest);
    }

    private Optional<Credential> load(ByteString digest) {
        long revocationsBefore = revocations.get();
        Optional<Credential> found =
                store.find(digest).filter(credential -> credential.digest().equalsInConstantTime(digest));
        if (found.isEmpty()) {
            unknown.put(digest, Boolean.TRUE);
            return found;
        }
        known.put(digest, found.get());
        if (revocations.get() != revocationsBefore) {
            // A revocation during the look-up may have been of this very credential: then it serves once and is not
            // kept.
            known.invalidate(digest);
        }
        return found;
    }

    private void forgetAll() {
        revocations.incrementAndGet();
        known.invalidateAll();
        wakeups.someCredentialsRevoked();
    }

    private void forget(Caller current) {
        revocations.incrementAndGet();
        known.asMap().values().removeIf(credential -> isOutdatedBy(credential.caller(), current));
    }

    private static boolean isOutdatedBy(Caller cached, Caller current) {
        return switch (cached) {
            case AgentCaller agent ->
                current instanceof AgentCaller other
                        && other.address().equals(agent.address())
                        && agent.credentialVersion() < other.credentialVersion();
            case OperatorCaller operator ->
                current instanceof OperatorCaller other
                        && other.operatorId().equals(operator.operatorId())
                        && operator.credentialVersion() < other.credentialVersion();
        };
    }
}
