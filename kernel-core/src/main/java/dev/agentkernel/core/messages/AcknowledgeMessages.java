package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Removes leased messages from their queue as delivered; answers with those that were still under the given lease. */
record AcknowledgeMessages(String recipient, UUID leaseId, List<Long> seqs, DeliveryMethod method)
        implements Mutation<List<UUID>> {

    @Override
    public void require(Requirements requirements) {
        seqs.forEach(seq -> requirements.leasedMessage(recipient, seq));
        requirements.queueTotals();
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<List<UUID>> decide(WorkingSet rows) {
        List<LogRecord> delivered = new ArrayList<>(seqs.size());
        List<UUID> acknowledged = new ArrayList<>(seqs.size());
        for (LeaseRow row : Leases.stillHeld(rows, recipient, leaseId, seqs)) {
            LeasedMessage message = row.message();
            acknowledged.add(message.messageId());
            delivered.add(new LogRecord.MessageDelivered(
                    message.messageId(), recipient, method, message.seq(), message.contentBytes()));
        }
        return new Decision<>(delivered, stamp -> acknowledged);
    }
}
