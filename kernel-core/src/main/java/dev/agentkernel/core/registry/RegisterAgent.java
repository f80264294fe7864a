package dev.agentkernel.core.registry;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.verification.AnsweredChallenge;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes an agent if its challenge was answered rightly, in time, and for the first time; uses the challenge up either way.
 * Answers whether the agent exists now.
 */
record RegisterAgent(
        OperatorCaller caller,
        AnsweredChallenge challenge,
        String address,
        ByteString tokenDigest,
        @Nullable String webhookUrl,
        long agentsPerOperatorMax)
        implements Mutation<Boolean> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
        requirements.challenge(challenge.id());
        requirements.agent(address);
    }

    @Override
    public Decision<Boolean> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        long agentCount = rows.operator(caller.operatorId()).agentCount();
        if (agentCount >= agentsPerOperatorMax) {
            throw new RefusedException(
                    ErrorCode.FORBIDDEN,
                    "The operator has " + agentCount + " agents; at most " + agentsPerOperatorMax + " are allowed.");
        }
        if (rows.agent(address).isPresent()) {
            throw new IllegalStateException("address " + address + " was drawn twice");
        }
        if (rows.isUsed(challenge.id()) || !challenge.expiresAt().isAfter(rows.now())) {
            return Decision.unchanged(stamp -> false);
        }
        LogRecord used = new LogRecord.ChallengeUsed(challenge.id(), challenge.expiresAt());
        if (!challenge.answeredRightly()) {
            return Decision.of(used, stamp -> false);
        }
        LogRecord registered = new LogRecord.AgentRegistered(address, caller.operatorId(), tokenDigest, webhookUrl);
        return new Decision<>(List.of(used, registered), stamp -> true);
    }
}
