package dev.agentkernel.app.demo;

import org.jspecify.annotations.Nullable;

/** The demo cannot start or go on, for a reason that one sentence tells to whoever started it. */
public final class DemoFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DemoFailedException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }

    /** The reason, and what to do. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
