package dev.agentkernel.core.messages;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.AgentRow;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.SettableClock;
import java.util.UUID;

/** Three agents and what belongs to them. */
final class Agents {

    static final AgentCaller ALICE = new AgentCaller("tab_" + "a".repeat(20), 1);
    static final AgentCaller BOB = new AgentCaller("tab_" + "b".repeat(20), 1);
    static final AgentCaller CAROL = new AgentCaller("tab_" + "c".repeat(20), 1);

    static final String NOBODY = "tab_" + "0".repeat(20);

    private static final UUID OPERATOR = new UUID(1, 1);

    private Agents() {}

    /** The caller with a credential that was replaced since. */
    static AgentCaller outdated(AgentCaller caller) {
        return new AgentCaller(caller.address(), caller.credentialVersion() + 1);
    }

    static LogRecord registration(AgentCaller agent) {
        return new LogRecord.AgentRegistered(agent.address(), OPERATOR, content("digest of " + agent.address()), null);
    }

    static WorkingSet rows(AgentCaller... agents) {
        return rows(false, agents);
    }

    static WorkingSet rows(boolean spaceLow, AgentCaller... agents) {
        WorkingSet rows = new WorkingSet(SettableClock.START, spaceLow);
        for (AgentCaller agent : agents) {
            rows.load(new AgentRow(agent.address(), OPERATOR, 1, false, 0, 0));
            rows.loadQueue(agent.address(), new QueueRow(0, 0, 0));
        }
        return rows;
    }

    static ByteString content(String text) {
        return ByteString.ofUtf8(text).orElseThrow();
    }

    static ByteString content(int bytes) {
        return content("x".repeat(bytes));
    }

    static UUID id(int number) {
        return new UUID(0x7000L, number);
    }
}
