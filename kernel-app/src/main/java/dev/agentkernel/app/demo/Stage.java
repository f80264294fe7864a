package dev.agentkernel.app.demo;

import java.time.Duration;
import java.util.List;

/** Where a scene plays: a kernel, or what a test puts in its place. */
interface Stage {

    /** What became of an action. */
    sealed interface Outcome {

        /** Done, or of no use: the recipient has left, the key is gone. */
        record Done() implements Outcome {}

        /** Not done: the agent has used up its budget, or the kernel is full, and may try again after this time. */
        record Later(Duration rest) implements Outcome {}
    }

    /** A message that an agent took. */
    record Heard(String from, String content) {}

    /**
     * Performs an action, once.
     *
     * @throws StageAwayException if the kernel does not answer
     */
    Outcome perform(Action action);

    /**
     * Takes what waits for an agent, the oldest first; nothing when its budget is used up.
     *
     * @throws StageAwayException if the kernel does not answer
     */
    List<Heard> take(Member member);
}
