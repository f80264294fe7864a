package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.QueuedRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes those of an agent's messages from its queue that expired and are in nobody's hands; answers how many. What is in somebody's
 * hands may still be acknowledged, and is looked at when it comes back.
 */
record ExpireMessages(String recipient, List<Long> seqs) implements Mutation<Integer> {

    @Override
    public void require(Requirements requirements) {
        seqs.forEach(seq -> requirements.queuedMessage(recipient, seq));
        requirements.queueTotals();
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<Integer> decide(WorkingSet rows) {
        List<LogRecord> expired = seqs.stream()
                .flatMap(seq -> rows.queued(seq).stream())
                .filter(row -> row.recipient().equals(recipient)
                        && row.waiting()
                        && row.expiresAt() != null
                        && !row.expiresAt().isAfter(rows.now()))
                .map(ExpireMessages::expired)
                .toList();
        return new Decision<>(expired, stamp -> expired.size());
    }

    private static LogRecord expired(QueuedRow row) {
        return new LogRecord.MessageExpired(
                row.messageId(), new QueuedCopy(row.recipient(), row.seq(), row.route(), row.contentBytes(), true));
    }
}
