package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.commit.WorkingSet.LeaseRow;
import dev.agentkernel.core.events.LogRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lets what the caller's workers hold stay in their hands for so long from now on. */
record ExtendLeases(AgentCaller caller, NamedLeases leases, Duration lease) implements Mutation<LeaseChanges> {

    private record Claim(UUID leaseId, String holder) {}

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
        leases.require(caller.address(), requirements);
    }

    @Override
    public int contentBytes() {
        return leases.weight();
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<LeaseChanges> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        NamedLeases.Found found = leases.find(rows, caller.address());
        LeaseChanges answer = found.changes();
        return new Decision<>(extended(found, rows.now().plus(lease)), stamp -> answer);
    }

    private List<LogRecord> extended(NamedLeases.Found found, Instant until) {
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
