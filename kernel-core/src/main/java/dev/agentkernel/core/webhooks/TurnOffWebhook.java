package dev.agentkernel.core.webhooks;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.messages.HandOverWaiting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a webhook off because its receiver is gone for good, unless the agent has set another meanwhile, and hands over what waits. */
record TurnOffWebhook(String address, int secretVersion) implements Mutation<Boolean> {

    @Override
    public void require(Requirements requirements) {
        HandOverWaiting.require(address, requirements);
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<Boolean> decide(WorkingSet rows) {
        if (rows.agent(address)
                .filter(agent -> agent.hasWebhookOf(secretVersion))
                .isEmpty()) {
            return Decision.unchanged(stamp -> false);
        }
        List<LogRecord> records = new ArrayList<>(2);
        records.add(new LogRecord.WebhookChanged(address, null, secretVersion, null));
        records.addAll(HandOverWaiting.records(address, rows));
        return new Decision<>(records, stamp -> true);
    }
}
