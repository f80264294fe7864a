package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.DeadRow;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.storage.MessageStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What was handed out too often without being acknowledged. A dead letter stays in its queue, counted against its bounds, until its
 * recipient puts it back or deletes it; nobody gets it meanwhile.
 */
public final class DeadLetters {

    private final GroupCommit commits;
    private final MessageStore store;

    public DeadLetters(GroupCommit commits, MessageStore store) {
        this.commits = commits;
        this.store = store;
    }

    /**
     * The caller's dead letters, oldest message first; at most {@link MessageQueues#ANSWER_BYTES_MAX} of content unless the first alone
     * is larger.
     *
     * @param afterSeq the place in the queue that the page starts after; 0 for the first page
     */
    public DeadLetterPage list(AgentCaller caller, long afterSeq, int lettersMax) {
        List<LeasedMessage> found = store.deadLetters(caller.address(), afterSeq, lettersMax + 1);
        List<LeasedMessage> page = new ArrayList<>();
        long bytes = 0;
        for (LeasedMessage letter : found) {
            bytes += letter.contentBytes();
            if (page.size() == lettersMax || (bytes > MessageQueues.ANSWER_BYTES_MAX && !page.isEmpty())) {
                break;
            }
            page.add(letter);
        }
        OptionalLong next =
                page.size() < found.size() ? OptionalLong.of(page.getLast().seq()) : OptionalLong.empty();
        return new DeadLetterPage(read(caller, page), next, store.deadLetterCount(caller.address()));
    }

    /** Those that left the queue meanwhile are missing. */
    private List<DeadLetter> read(AgentCaller caller, List<LeasedMessage> page) {
        Map<Long, Integer> attempts = HashMap.newHashMap(page.size());
        page.forEach(letter -> attempts.put(letter.seq(), letter.attempt()));
        return store
                .read(caller.address(), page.stream().map(LeasedMessage::seq).toList())
                .stream()
                .map(message -> new DeadLetter(message, attempts.getOrDefault(message.seq(), 0)))
                .toList();
    }

    /**
     * Lets a dead letter wait again, at its old place in the queue, as if it had never been handed out.
     *
     * @throws RefusedException {@code not_found} if the caller has no such dead letter
     */
    public void requeue(AgentCaller caller, UUID messageId) {
        requireFound(commits.commit(new RequeueDeadLetter(caller, messageId)));
    }

    /**
     * Deletes a dead letter for good.
     *
     * @throws RefusedException {@code not_found} if the caller has no such dead letter
     */
    public void delete(AgentCaller caller, UUID messageId) {
        requireFound(commits.commit(new DeleteDeadLetter(caller, messageId)));
    }

    private static void requireFound(boolean found) {
        if (!found) {
            throw unknown();
        }
    }

    /** What a caller hears who names no dead letter of its own. */
    public static RefusedException unknown() {
        return new RefusedException(ErrorCode.NOT_FOUND, "There is no such message among your dead letters.");
    }

    static Optional<DeadRow> own(WorkingSet rows, AgentCaller caller, UUID messageId) {
        return rows.deadLetter(messageId).filter(row -> row.recipient().equals(caller.address()));
    }
}
