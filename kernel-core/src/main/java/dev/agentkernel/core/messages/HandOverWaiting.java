package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.commit.WaitingRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets what waits to be pushed to an agent wait to be pulled, in order, the oldest {@link #MESSAGES_MAX}; answers how many. Fewer
 * than that are all.
 */
public record HandOverWaiting(String recipient) implements Mutation<Integer> {

    /** Messages that one commit hands over at most, so that a long queue keeps nobody waiting. */
    public static final int MESSAGES_MAX = 500;

    /** Names the rows that {@link #records} looks at, for a mutation that hands over besides what it is for. */
    public static void require(String recipient, Requirements requirements) {
        requirements.claim(recipient, Route.PUSH, MESSAGES_MAX);
    }

    /** What handing over leaves in the log. */
    public static List<LogRecord> records(String recipient, WorkingSet rows) {
        List<Long> seqs = rows.waiting(new QueueRef(recipient, Route.PUSH)).stream()
                .map(WaitingRow::seq)
                .limit(MESSAGES_MAX)
                .toList();
        return seqs.isEmpty() ? List.of() : List.of(new LogRecord.MessagesRerouted(recipient, seqs));
    }

    @Override
    public void require(Requirements requirements) {
        require(recipient, requirements);
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<Integer> decide(WorkingSet rows) {
        List<LogRecord> records = records(recipient, rows);
        int messages = records.isEmpty()
                ? 0
                : ((LogRecord.MessagesRerouted) records.getFirst()).seqs().size();
        return new Decision<>(records, stamp -> messages);
    }
}
