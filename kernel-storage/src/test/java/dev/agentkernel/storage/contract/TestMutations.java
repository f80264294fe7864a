package dev.agentkernel.storage.contract;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.StateRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.messages.Route;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** Mutations for batches that a test puts together itself. */
final class TestMutations {

    private TestMutations() {}

    /** Writes a state entry; answers with its version. */
    record Put(AgentCaller caller, String key, String value) implements Mutation<Long> {
        @Override
        public void require(Requirements requirements) {
            requirements.caller(caller);
            requirements.stateKey(key);
            requirements.stateTotals();
        }

        @Override
        public Decision<Long> decide(WorkingSet rows) {
            rows.requireCurrent(caller);
            int before = rows.state(key).map(StateRow::valueBytes).orElse(-1);
            LogRecord written = new LogRecord.StateWritten(key, KernelProcess.utf8(value), caller.address(), before);
            return Decision.of(written, stamp -> stamp.firstSeq());
        }
    }

    /** Deletes a state entry that exists; answers with the version of the deletion. */
    record Delete(AgentCaller caller, String key) implements Mutation<Long> {
        @Override
        public void require(Requirements requirements) {
            requirements.caller(caller);
            requirements.stateKey(key);
            requirements.stateTotals();
        }

        @Override
        public Decision<Long> decide(WorkingSet rows) {
            int before = rows.state(key).orElseThrow().valueBytes();
            return Decision.of(new LogRecord.StateDeleted(key, caller.address(), before), stamp -> stamp.firstSeq());
        }
    }

    /** Sends a message; answers with its seq. */
    record Send(AgentCaller caller, AgentCaller to, String content) implements Mutation<Long> {
        @Override
        public void require(Requirements requirements) {
            requirements.caller(caller);
            requirements.queue(to.address());
            requirements.queueTotals();
        }

        @Override
        public Decision<Long> decide(WorkingSet rows) {
            LogRecord sent = new LogRecord.MessageSent(
                    UUID.randomUUID(), caller.address(), to.address(), KernelProcess.utf8(content), Route.PULL, null);
            return new Decision<>(List.of(sent), stamp -> stamp.firstSeq());
        }
    }

    /** Does something to the outside while it decides, and then as another mutation does. */
    record Meanwhile<R>(Mutation<R> then, Consumer<WorkingSet> meanwhile) implements Mutation<R> {
        @Override
        public void require(Requirements requirements) {
            then.require(requirements);
        }

        @Override
        public Decision<R> decide(WorkingSet rows) {
            meanwhile.accept(rows);
            return then.decide(rows);
        }
    }

    /** Is refused. */
    record Refused() implements Mutation<Void> {
        @Override
        public void require(Requirements requirements) {}

        @Override
        public Decision<Void> decide(WorkingSet rows) {
            throw new RefusedException(ErrorCode.CONFLICT, "refused");
        }
    }

    /** Fails on a bug. */
    record Faulty() implements Mutation<Void> {
        @Override
        public void require(Requirements requirements) {}

        @Override
        public Decision<Void> decide(WorkingSet rows) {
            throw new IllegalStateException("faulty");
        }
    }
}
