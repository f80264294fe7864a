package dev.agentkernel.core.messages;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Lets what the caller's workers hold stay in their hands for so long from now on. */
record ExtendLeases(AgentCaller caller, NamedLeases leases, Duration lease) implements LeaseMutation {

    private record Claim(UUID leaseId, String holder) {}

    @Override
    public List<LogRecord> records(WorkingSet rows, NamedLeases.Found found) {
        Instant until = rows.now().plus(lease);
        Map<Claim, List<LeasedMessage>> byClaim = new LinkedHashMap<>();
        for (LeaseRow row : found.held().values()) {
            byClaim.computeIfAbsent(new Claim(row.leaseId(), row.leasedBy()), any -> new ArrayList<>())
                    .add(row.message());
        }
        List<LogRecord> records = new ArrayList<>(byClaim.size());
        byClaim.forEach((claim, messages) -> records.add(new LogRecord.LeaseReplaced(
                caller.address(), Route.PULL, claim.leaseId(), until, claim.holder(), messages)));
        return records;
    }
}
