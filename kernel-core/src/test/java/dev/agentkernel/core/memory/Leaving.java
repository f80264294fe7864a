package dev.agentkernel.core.memory;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Stamp;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A mutation that leaves the given records whatever the rows say, and answers the first seq that its decision sees. */
public record Leaving(List<LogRecord> records) implements Mutation<Long> {

    /** The rows that records of messages are carried forward by. */
    @Override
    public void require(Requirements requirements) {
        for (LogRecord record : records) {
            switch (record) {
                case LogRecord.MessageSent sent -> requirements.queue(sent.to());
                case LogRecord.MessagesLeased leased ->
                    requirements.claim(
                            leased.recipient(),
                            leased.route(),
                            leased.messages().size());
                case LogRecord.MessageDead dead -> requirements.leasedMessage(dead.to(), dead.messageSeq());
                default -> {}
            }
        }
    }

    @Override
    public Decision<Long> decide(WorkingSet rows) {
        return new Decision<>(records, Stamp::firstSeq);
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }
}
