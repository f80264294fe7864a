package dev.agentkernel.core.registry;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.AgentRow;
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
 * Sets the caller's webhook under a new secret, or turns it off; answers with the version of its secret.
 *
 * @param url where messages go from here on; {@code null} for nowhere
 */
record ChangeWebhook(AgentCaller caller, @Nullable String url) implements Mutation<Integer> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
        if (url == null) {
            HandOverWaiting.require(caller.address(), requirements);
        }
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return url == null ? null : ErrorCode.STORE_FULL;
    }

    @Override
    public Decision<Integer> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        AgentRow agent = rows.agent(caller.address()).orElseThrow();
        int before = agent.webhookSecretVersion();
        if (url == null) {
            List<LogRecord> records = new ArrayList<>(2);
            if (agent.hasWebhook()) {
                records.add(new LogRecord.WebhookChanged(caller.address(), null, before, null));
            }
            records.addAll(HandOverWaiting.records(caller.address(), rows));
            return new Decision<>(records, stamp -> before);
        }
        int version = before + 1;
        return Decision.of(
                new LogRecord.WebhookChanged(caller.address(), url, version, agent.hasWebhook() ? rows.now() : null),
                stamp -> version);
    }
}
