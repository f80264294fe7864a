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

/**
 * Keeps how an endpoint fares, unless the agent has set another meanwhile; when its circuit opens, what waits is handed over with
 * it. Answers whether it was kept.
 */
record NoteHealth(String address, int secretVersion, WebhookHealth health) implements Mutation<Boolean> {

    @Override
    public void require(Requirements requirements) {
        requirements.queue(address);
        if (health.openUntil() != null) {
            HandOverWaiting.require(address, requirements);
        }
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
        records.add(new LogRecord.WebhookHealthChanged(address, health));
        if (health.openUntil() != null) {
            records.addAll(HandOverWaiting.records(address, rows));
        }
        return new Decision<>(records, stamp -> true);
    }
}
