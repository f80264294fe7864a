package dev.agentkernel.app.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The kernel cannot start, for a reason that one sentence tells to whoever started it. */
public final class StartFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitStatus status;

    /**
     * Makes a failure.
     *
     * @param sentence what is wrong, with the value seen and what to do
     */
    public StartFailedException(ExitStatus status, String sentence) {
        this(status, sentence, null);
    }

    /** Makes a failure that another one caused. */
    public StartFailedException(ExitStatus status, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.status = status;
    }

    /** What is wrong, for whoever started the process. */
    public String sentence() {
        return Objects.requireNonNull(getMessage());
    }

    /** What the process ends with. */
    public ExitStatus status() {
        return status;
    }
}
