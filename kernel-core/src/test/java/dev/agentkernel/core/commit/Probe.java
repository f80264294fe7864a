package dev.agentkernel.core.commit;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.events.LogRecord;

/** A mutation that leaves one event under its own name, answers with its name and seq, or refuses, or fails. */
record Probe(String name, int contentBytes, Behaviour behaviour) implements Mutation<String> {

    enum Behaviour {
        COMMIT,
        REFUSE,
        FAIL
    }

    static Probe of(String name) {
        return new Probe(name, 0, Behaviour.COMMIT);
    }

    static Probe of(String name, int contentBytes) {
        return new Probe(name, contentBytes, Behaviour.COMMIT);
    }

    static Probe refused(String name) {
        return new Probe(name, 0, Behaviour.REFUSE);
    }

    static Probe failing(String name) {
        return new Probe(name, 0, Behaviour.FAIL);
    }

    static LogRecord note(String name) {
        return new LogRecord.RegistryRead(name);
    }

    @Override
    public void require(Requirements requirements) {}

    @Override
    public Decision<String> decide(WorkingSet rows) {
        return switch (behaviour) {
            case COMMIT -> Decision.of(note(name), stamp -> name + "@" + stamp.firstSeq());
            case REFUSE -> throw new RefusedException(ErrorCode.FORBIDDEN, name + " is refused");
            case FAIL -> throw new ArithmeticException(name + " fails");
        };
    }
}
