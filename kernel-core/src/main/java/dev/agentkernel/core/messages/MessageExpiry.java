package dev.agentkernel.core.messages;

import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.commit.Submission;
import dev.agentkernel.core.storage.MessageStore;
import dev.agentkernel.core.storage.StorageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes messages that expired from their queues. Nobody is handed such a message before it is removed, so being late costs room
 * alone; every process may do it at once.
 */
public final class MessageExpiry {

    private static final Logger log = LoggerFactory.getLogger(MessageExpiry.class);

    private static final int SWEEP_MAX = 1_000;

    /** Messages that one round removes at most: what else is looked after must not wait long behind them. */
    private static final int SWEPT_MAX = 10 * SWEEP_MAX;

    private final GroupCommit commits;
    private final MessageStore store;

    public MessageExpiry(GroupCommit commits, MessageStore store) {
        this.commits = commits;
        this.store = store;
    }

    /** One round, of bounded work. Returns how many messages were removed. */
    public int runOnce() {
        int removed = 0;
        try {
            List<ExpiredMessage> expired;
            int seen = 0;
            do {
                expired = store.expiredMessages(SWEEP_MAX);
                removed += remove(expired);
                seen += expired.size();
            } while (expired.size() == SWEEP_MAX && seen < SWEPT_MAX);
        } catch (StorageException | RefusedException away) {
            log.debug("Messages do not expire at present: {}", away.getMessage());
        }
        return removed;
    }

    private int remove(List<ExpiredMessage> expired) {
        Map<String, List<Long>> byRecipient = new LinkedHashMap<>();
        expired.forEach(message -> byRecipient
                .computeIfAbsent(message.recipient(), any -> new ArrayList<>())
                .add(message.seq()));
        // Handed in together, so that they share commits.
        List<Submission<Integer>> removals = new ArrayList<>(byRecipient.size());
        byRecipient.forEach((recipient, seqs) -> removals.add(commits.submit(new ExpireMessages(recipient, seqs))));
        return removals.stream().mapToInt(Submission::await).sum();
    }
}
