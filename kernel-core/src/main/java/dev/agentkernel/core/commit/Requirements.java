package dev.agentkernel.core.commit;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller;
import dev.agentkernel.core.messages.IdempotencyKey;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.removal.RemovalTarget;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The rows that a batch needs, gathered from its mutations, so that a storage loads each table once however many mutations
 * there are. Whatever is named here may change in the batch: a storage that several processes share locks it, in the order
 * agents, operators, queues by address, state keys, totals.
 */
public final class Requirements {

    private final Set<String> agents = new HashSet<>();
    private final Set<String> queues = new HashSet<>();
    private final Set<UUID> operators = new HashSet<>();
    private final Set<String> stateKeys = new HashSet<>();
    private final Set<BlockRef> blocks = new HashSet<>();
    private final Set<IdempotencyKey> idempotencyKeys = new HashSet<>();
    private final Set<ByteString> challenges = new HashSet<>();
    private final Map<QueueRef, Integer> claims = new HashMap<>();
    private final Set<Long> leasedMessages = new HashSet<>();
    private final Set<UUID> leasedMessageIds = new HashSet<>();
    private final Set<Long> queuedMessages = new HashSet<>();
    private final Set<UUID> deadLetters = new HashSet<>();
    private final Map<String, SenderShares> senderShares = new HashMap<>();
    private final Set<RemovalTarget> removals = new HashSet<>();
    private boolean stateTotals;
    private boolean queueTotals;

    /** A queue's messages of one route. */
    public record QueueRef(String recipient, Route route) {}

    /**
     * Senders to one queue whose messages in it must be counted if it is deep enough for one of them to have more than its share.
     *
     * @param depthMin the depth from which that is possible
     */
    public record SenderShares(Set<String> senders, long depthMin) {}

    /** An agent, and a sender whose messages it may refuse. */
    public record BlockRef(String address, String sender) {}

    /** The credential of whoever asks. */
    public void caller(Caller caller) {
        switch (caller) {
            case Caller.AgentCaller agent -> agents.add(agent.address());
            case Caller.OperatorCaller operator -> operators.add(operator.operatorId());
        }
    }

    /** An agent's row, present or absent. */
    public void agent(String address) {
        agents.add(address);
    }

    /** An agent's row and the counters of its queue, which will change. */
    public void queue(String address) {
        agents.add(address);
        queues.add(address);
    }

    /** The oldest waiting messages of a queue, up to a number; requirements of one queue add up. */
    public void claim(String recipient, Route route, int messagesMax) {
        queue(recipient);
        claims.merge(new QueueRef(recipient, route), messagesMax, Integer::sum);
    }

    /** A message that is or was leased, by the {@code seq} that names it. */
    public void leasedMessage(String recipient, long seq) {
        queue(recipient);
        leasedMessages.add(seq);
    }

    /** A message that is or was leased, by its id; if that is in another queue, the row is not locked, and nobody's business. */
    public void leasedMessage(String recipient, UUID messageId) {
        queue(recipient);
        leasedMessageIds.add(messageId);
    }

    /** A message that may be in a queue, waiting or leased, by the {@code seq} that names it. */
    public void queuedMessage(String recipient, long seq) {
        leasedMessage(recipient, seq);
        queuedMessages.add(seq);
    }

    /** A message that may be among an agent's dead letters; if it is among another's, it is nobody's business. */
    public void deadLetter(String recipient, UUID messageId) {
        queue(recipient);
        deadLetters.add(messageId);
    }

    /**
     * How many messages of a sender wait in a queue, where that may be as many as are allowed; once for each that it sends.
     *
     * @param messagesMax how many are allowed, the same for all
     */
    public void senderShare(String recipient, String sender, long messagesMax) {
        queue(recipient);
        // Each send that comes before in the batch may be one more of the sender's.
        SenderShares shares = senderShares.getOrDefault(recipient, new SenderShares(new HashSet<>(), messagesMax + 1));
        shares.senders().add(sender);
        senderShares.put(recipient, new SenderShares(shares.senders(), shares.depthMin() - 1));
    }

    /** The last entry of the transparency log, which the next one follows, and the last of a target. */
    public void removal(RemovalTarget target) {
        removals.add(target);
    }

    /** A state key, present or absent; without its value. */
    public void stateKey(String key) {
        stateKeys.add(key);
    }

    /** Whether an agent refuses a sender's messages; needs the agent's row as well. */
    public void block(String address, String sender) {
        agents.add(address);
        blocks.add(new BlockRef(address, sender));
    }

    /** What a sender's idempotency key stood for, if it was used before. */
    public void idempotencyKey(IdempotencyKey key) {
        idempotencyKeys.add(key);
    }

    /** Whether a challenge was used. */
    public void challenge(ByteString challenge) {
        challenges.add(challenge);
    }

    /** Bytes and number of keys of the whole state store. */
    public void stateTotals() {
        stateTotals = true;
    }

    /** Bytes of all queues together. */
    public void queueTotals() {
        queueTotals = true;
    }

    public Set<String> agents() {
        return Collections.unmodifiableSet(agents);
    }

    public Set<String> queues() {
        return Collections.unmodifiableSet(queues);
    }

    public Set<UUID> operators() {
        return Collections.unmodifiableSet(operators);
    }

    public Set<String> stateKeys() {
        return Collections.unmodifiableSet(stateKeys);
    }

    public Set<BlockRef> blocks() {
        return Collections.unmodifiableSet(blocks);
    }

    public Set<IdempotencyKey> idempotencyKeys() {
        return Collections.unmodifiableSet(idempotencyKeys);
    }

    public Set<ByteString> challenges() {
        return Collections.unmodifiableSet(challenges);
    }

    public Map<QueueRef, Integer> claims() {
        return Collections.unmodifiableMap(claims);
    }

    public Set<Long> leasedMessages() {
        return Collections.unmodifiableSet(leasedMessages);
    }

    public Set<UUID> leasedMessageIds() {
        return Collections.unmodifiableSet(leasedMessageIds);
    }

    public Set<Long> queuedMessages() {
        return Collections.unmodifiableSet(queuedMessages);
    }

    public Set<UUID> deadLetters() {
        return Collections.unmodifiableSet(deadLetters);
    }

    public Map<String, SenderShares> senderShares() {
        return Collections.unmodifiableMap(senderShares);
    }

    /** What is to be removed; the end of the transparency log is needed where there is any. */
    public Set<RemovalTarget> removals() {
        return Collections.unmodifiableSet(removals);
    }

    public boolean needsStateTotals() {
        return stateTotals;
    }

    public boolean needsQueueTotals() {
        return queueTotals;
    }
}
