package dev.agentkernel.core.state;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.storage.StateStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The key-value store that all agents share: anyone may write any key, and the last write wins unless a precondition says otherwise. */
public final class SharedState {

    private final GroupCommit commits;
    private final StateStore store;
    private final StateSettings settings;
    private final boolean logReads;
    private final StateWaiters waiters = new StateWaiters();

    /**
     * Makes the store.
     *
     * @param logReads whether reading a key is an event
     */
    public SharedState(GroupCommit commits, StateStore store, StateSettings settings, boolean logReads) {
        this.commits = commits;
        this.store = store;
        this.settings = settings;
        this.logReads = logReads;
    }

    /** The entry of a key, if it exists; the read is an event either way. */
    public Optional<StateEntry> read(AgentCaller caller, String key) {
        requireKey(key);
        Optional<StateEntry> entry = store.get(key);
        if (logReads) {
            commits.note(new LogRecord.StateRead(key, caller.address(), entry.isPresent()));
        }
        return entry;
    }

    /**
     * The entry of a key as soon as its version is another than the given ones, or as it is when the time is over; the read is one
     * event.
     *
     * @param known versions that the caller has already
     * @throws RefusedException {@code unavailable} if too many wait
     */
    public Optional<StateEntry> readChanged(AgentCaller caller, String key, Precondition known, Duration atMost) {
        requireKey(key);
        if (!atMost.isZero() && !isChanged(key, known)) {
            long deadline = System.nanoTime() + atMost.toNanos();
            try (StateWaiters.Waiter waiter = waiters.enter(caller.address(), key)) {
                // Looks after it has entered, so that no change falls between.
                while (!isChanged(key, known) && waiter.await(deadline)) {}
            }
        }
        return read(caller, key);
    }

    private boolean isChanged(String key, Precondition known) {
        return known.holdsFor(store.get(key).map(StateEntry::version));
    }

    /** What must be told of hints, so that whoever waits learns of them. */
    public Wakeups.Listener waitingRequests() {
        return waiters;
    }

    /** How many requests wait for a change. */
    public int waiting() {
        return waiters.waiting();
    }

    /** Answers every request that waits as things are, and lets none wait any more: the kernel is about to stop. */
    public void endWaiting() {
        waiters.end();
    }

    /**
     * Sets a key; durable when this returns.
     *
     * @throws RefusedException {@code bad_request} for a key that is too long, {@code value_too_large}, {@code
     *     precondition_failed}, {@code store_full}
     */
    public StateChange write(AgentCaller caller, String key, ByteString value, Precondition precondition) {
        requireKey(key);
        if (value.size() > settings.valueBytesMax()) {
            throw new RefusedException(
                    ErrorCode.VALUE_TOO_LARGE,
                    "'value' has " + value.size() + " bytes in UTF-8; at most " + settings.valueBytesMax()
                            + " are allowed.");
        }
        return commits.commit(new WriteState(caller, key, value, precondition, settings.capacityBytes()));
    }

    /**
     * Removes a key; durable when this returns.
     *
     * @throws RefusedException {@code not_found}, {@code precondition_failed}
     */
    public StateChange delete(AgentCaller caller, String key, Precondition precondition) {
        requireKey(key);
        return commits.commit(new DeleteState(caller, key, precondition));
    }

    /**
     * A page of the keys that begin with a literal prefix.
     *
     * @param afterKey the key that the page starts after; empty for the first page
     */
    public StateKeyPage list(String prefix, String afterKey, int keysMax) {
        List<String> oneMore = store.keys(prefix, afterKey, keysMax + 1);
        long total = prefix.isEmpty() ? store.totals().keyCount() : store.countKeys(prefix);
        if (oneMore.size() <= keysMax) {
            return new StateKeyPage(oneMore, null, total);
        }
        List<String> keys = oneMore.subList(0, keysMax);
        return new StateKeyPage(keys, keys.getLast(), total);
    }

    /** What the store holds at present. */
    public StateTotals totals() {
        return store.totals();
    }

    /** Most bytes that the store may hold. */
    public long capacityBytes() {
        return settings.capacityBytes();
    }

    private void requireKey(String key) {
        int bytes = ByteString.ofUtf8(key)
                .orElseThrow(() -> RefusedException.badRequest("The state key is not valid Unicode."))
                .size();
        if (bytes == 0) {
            throw RefusedException.badRequest("The state key must not be empty.");
        }
        if (bytes > settings.keyBytesMax()) {
            throw RefusedException.badRequest("The state key has " + bytes + " bytes in UTF-8; at most "
                    + settings.keyBytesMax() + " are allowed.");
        }
    }
}
