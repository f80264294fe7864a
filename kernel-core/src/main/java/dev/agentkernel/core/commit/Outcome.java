package dev.agentkernel.core.commit;

import dev.agentkernel.core.RefusedException;

/** What became of one mutation of a batch. */
public sealed interface Outcome {

    /** Durable; the answer may be given. */
    record Committed(Object answer) implements Outcome {}

    /** Refused by its own decision; nothing of it was kept. */
    record Refused(RefusedException refusal) implements Outcome {}

    /** Its decision failed on a bug; nothing of it was kept. */
    record Failed(RuntimeException fault) implements Outcome {}
}
