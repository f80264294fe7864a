package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.client.BlockingConnection.Received;
import dev.agentkernel.bench.client.Request;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Asks the kernel and tells answers that may come from those that must not. Safe for use by many threads. */
final class Answers {

    private static final int UNAVAILABLE = 503;
    private static final int BODY_SHOWN = 300;

    private final KernelLine line;
    private final Violations violations;
    private final LongAdder answered = new LongAdder();
    private final LongAdder unavailable = new LongAdder();
    private final LongAdder unanswered = new LongAdder();

    Answers(KernelLine line, Violations violations) {
        this.line = line;
        this.violations = violations;
    }

    /** The answer, if there was one with an expected status; else it is not known whether the request was done. */
    Optional<Received> to(Request request, Map<String, String> headers, int... expected) {
        Received answer;
        try {
            answer = line.exchange(request, headers);
        } catch (IOException gone) {
            unanswered.increment();
            return Optional.empty();
        }
        if (answer.status() == UNAVAILABLE) {
            unavailable.increment();
            return Optional.empty();
        }
        answered.increment();
        if (Arrays.stream(expected).noneMatch(status -> status == answer.status())) {
            violations.add(request + " was answered " + answer.status() + ": "
                    + answer.body()
                            .substring(0, Math.min(BODY_SHOWN, answer.body().length())));
            return Optional.empty();
        }
        return Optional.of(answer);
    }

    Optional<Received> to(Request request, int... expected) {
        return to(request, Map.of(), expected);
    }

    /** Requests that were answered. */
    long answered() {
        return answered.sum();
    }

    /** Requests that were answered 503. */
    long unavailable() {
        return unavailable.sum();
    }

    /** Requests whose connection was refused or broke. */
    long unanswered() {
        return unanswered.sum();
    }
}
