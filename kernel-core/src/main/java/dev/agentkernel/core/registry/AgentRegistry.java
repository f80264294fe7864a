package dev.agentkernel.core.registry;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.storage.RegistryStore;
import dev.agentkernel.core.verification.AnsweredChallenge;
import dev.agentkernel.core.verification.Challenge;
import dev.agentkernel.core.verification.VerificationGate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Operators and agents: who exists, and how they come to be. */
public final class AgentRegistry {

    /** Longest contact hash, in Unicode characters: ample for any hash, and for a contact that is not hashed. */
    public static final int CONTACT_HASH_CHARACTERS_MAX = 1_024;

    /** Agents that one request of a search looks at: some 30 ms of work at most, whatever is looked for. */
    static final int SEARCHED_MAX = 2_000;

    private static final int SEARCHED_AT_ONCE = 500;

    private final GroupCommit commits;
    private final RegistryStore store;
    private final Tokens tokens;
    private final VerificationGate gate;
    private final WebhookUrlPolicy webhookUrls;
    private final WebhookSecrets webhookSecrets;
    private final RegistrySettings settings;
    private final Supplier<UUID> ids;
    private final boolean logReads;
    private final RegistryListener listener;

    /**
     * Makes the registry.
     *
     * @param ids gives version 7 UUIDs
     * @param logReads whether listing the registry is an event
     */
    public AgentRegistry(
            GroupCommit commits,
            RegistryStore store,
            Tokens tokens,
            VerificationGate gate,
            WebhookUrlPolicy webhookUrls,
            WebhookSecrets webhookSecrets,
            RegistrySettings settings,
            Supplier<UUID> ids,
            boolean logReads,
            RegistryListener listener) {
        this.commits = commits;
        this.store = store;
        this.tokens = tokens;
        this.gate = gate;
        this.webhookUrls = webhookUrls;
        this.webhookSecrets = webhookSecrets;
        this.settings = settings;
        this.ids = ids;
        this.logReads = logReads;
        this.listener = listener;
    }

    /**
     * Registers an operator and makes its key.
     *
     * @param acceptTerms what the client said; {@code null} when it said nothing
     * @throws RefusedException {@code bad_request} for a contact hash that is empty or too long, terms that were declined, or a silence where an
     *     answer is needed
     */
    public RegisteredOperator registerOperator(String contactHash, @Nullable Boolean acceptTerms) {
        requireContactHash(contactHash);
        if (Boolean.FALSE.equals(acceptTerms) || (acceptTerms == null && settings.requireTerms())) {
            throw RefusedException.badRequest("'accept_terms' must be true: the terms of service must be accepted.");
        }
        String key = tokens.newOperatorKey();
        UUID operatorId =
                commits.commit(new RegisterOperator(ids.get(), contactHash, acceptTerms != null, tokens.digestOf(key)));
        return new RegisteredOperator(operatorId, key);
    }

    private static void requireContactHash(String contactHash) {
        int characters = contactHash.codePointCount(0, contactHash.length());
        if (characters == 0 || characters > CONTACT_HASH_CHARACTERS_MAX) {
            throw RefusedException.badRequest("'contact_hash' has " + characters + " characters; it must have 1 to "
                    + CONTACT_HASH_CHARACTERS_MAX + ".");
        }
        if (ByteString.ofUtf8(contactHash).isEmpty()) {
            throw RefusedException.badRequest("'contact_hash' is not valid Unicode: it holds half a surrogate pair.");
        }
        // A hash has no use for it, and not every database can keep it in a text.
        if (contactHash.indexOf('\0') >= 0) {
            throw RefusedException.badRequest("'contact_hash' must not hold the character U+0000.");
        }
    }

    /** Makes a new key for the operator; the one it called with is dead when this returns. */
    public String rotateKey(OperatorCaller caller) {
        String key = tokens.newOperatorKey();
        commits.commit(new RotateOperatorKey(caller, tokens.digestOf(key)));
        return key;
    }

    /** A challenge for whoever wants to register an agent. */
    public Challenge issueChallenge() {
        return gate.issue();
    }

    /**
     * Registers an agent of the operator and makes its token. The challenge is used up, whether the answer is right or wrong.
     *
     * @param webhookUrl where to push messages to; {@code null} or empty for nowhere
     * @throws RefusedException {@code verification_failed} for a challenge that is unknown, used, expired or answered wrongly;
     *     {@code bad_request} for a webhook URL that is not allowed; {@code forbidden} when the operator has too many agents
     */
    public RegisteredAgent registerAgent(
            OperatorCaller caller, String challengeId, String response, @Nullable String webhookUrl) {
        String url = webhookUrl == null || webhookUrl.isEmpty() ? null : webhookUrl;
        if (url != null) {
            AgentAccounts.requireAllowed(webhookUrls, url);
        }
        AnsweredChallenge challenge = gate.judge(challengeId, response).orElseThrow(AgentRegistry::verificationFailed);
        String address = tokens.newAddress();
        String token = tokens.newAgentToken();
        ByteString digest = tokens.digestOf(token);
        boolean registered = commits.commit(
                new RegisterAgent(caller, challenge, address, digest, url, settings.agentsPerOperatorMax()));
        if (!registered) {
            throw verificationFailed();
        }
        return new RegisteredAgent(address, token, url == null ? null : webhookSecrets.secretOf(address, 1));
    }

    private static RefusedException verificationFailed() {
        return new RefusedException(
                ErrorCode.VERIFICATION_FAILED,
                "The challenge is unknown, used, expired or answered wrongly. Fetch a new one and try again.");
    }

    /** The calling operator. */
    public OperatorEntry operator(OperatorCaller caller) {
        return store.operator(caller.operatorId()).orElseThrow(AgentRegistry::goneMeanwhile);
    }

    /** A page of the calling operator's agents, oldest first; {@code total} counts them all. */
    public RegistryPage agentsOf(OperatorCaller caller, long afterSeq, int agentsMax) {
        OperatorEntry operator = operator(caller);
        return page(store.agentsOf(caller.operatorId(), afterSeq, agentsMax + 1), agentsMax, operator.agentCount());
    }

    /** The calling agent. */
    public AgentEntry self(AgentCaller caller) {
        return store.agent(caller.address()).orElseThrow(AgentRegistry::goneMeanwhile);
    }

    private static RefusedException goneMeanwhile() {
        return new RefusedException(ErrorCode.UNAUTHORIZED, "The token is not valid any more.");
    }

    /**
     * Any agent.
     *
     * @throws RefusedException {@code not_found} if there is none of that address
     */
    public AgentEntry agent(AgentCaller reader, String address) {
        AgentEntry agent = Optional.of(address)
                .filter(Tokens::isAddress)
                .flatMap(store::agent)
                .orElseThrow(AgentRegistry::unknownAgent);
        // Only now: a refused request logs nothing.
        logRead(reader);
        return agent;
    }

    static RefusedException unknownAgent() {
        return new RefusedException(ErrorCode.NOT_FOUND, "There is no agent with this address.");
    }

    /**
     * A page of the agents that a filter lets pass, oldest first. Pages neither skip nor repeat an agent while others register. A
     * search for a text looks at {@link #SEARCHED_MAX} agents at most: the page may then hold fewer than asked for, or none, and
     * tell where to go on.
     */
    public RegistryPage list(AgentCaller reader, AgentFilter filter, long afterSeq, int agentsMax) {
        logRead(reader);
        long started = System.nanoTime();
        RegistryPage page = read(filter, afterSeq, agentsMax);
        listener.listed(Duration.ofNanos(System.nanoTime() - started));
        return page;
    }

    private RegistryPage read(AgentFilter filter, long afterSeq, int agentsMax) {
        if (filter.text() != null) {
            return search(filter, afterSeq, agentsMax);
        }
        return filter.tag() == null
                ? page(store.agentsAfter(afterSeq, agentsMax + 1), agentsMax, store.agentCount())
                : page(store.agentsTagged(filter.tag(), afterSeq, agentsMax + 1), agentsMax, null);
    }

    private RegistryPage search(AgentFilter filter, long afterSeq, int agentsMax) {
        List<AgentEntry> found = new ArrayList<>();
        long lookedAtUpTo = afterSeq;
        for (int lookedAt = 0; lookedAt < SEARCHED_MAX; lookedAt += SEARCHED_AT_ONCE) {
            List<AgentEntry> candidates = filter.tag() == null
                    ? store.agentsWithProfile(lookedAtUpTo, SEARCHED_AT_ONCE)
                    : store.agentsTagged(filter.tag(), lookedAtUpTo, SEARCHED_AT_ONCE);
            for (AgentEntry candidate : candidates) {
                if (found.size() == agentsMax) {
                    return new RegistryPage(found, OptionalLong.of(lookedAtUpTo), null);
                }
                lookedAtUpTo = candidate.registeredSeq();
                if (filter.textIsIn(candidate.profile())) {
                    found.add(candidate);
                }
            }
            if (candidates.size() < SEARCHED_AT_ONCE) {
                return new RegistryPage(found, OptionalLong.empty(), null);
            }
        }
        return new RegistryPage(found, OptionalLong.of(lookedAtUpTo), null);
    }

    private void logRead(AgentCaller reader) {
        if (logReads) {
            commits.note(new LogRecord.RegistryRead(reader.address()));
        }
    }

    private static RegistryPage page(List<AgentEntry> oneMore, int agentsMax, @Nullable Long total) {
        if (oneMore.size() <= agentsMax) {
            return new RegistryPage(oneMore, OptionalLong.empty(), total);
        }
        List<AgentEntry> agents = oneMore.subList(0, agentsMax);
        return new RegistryPage(agents, OptionalLong.of(agents.getLast().registeredSeq()), total);
    }
}
