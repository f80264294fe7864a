package dev.agentkernel.core;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that the kernel refuses, with the code and the sentence that the client sees. Nothing of a refused request is
 * kept. It carries no stack trace: a refusal is an answer, not a fault.
 */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final @Nullable Duration retryAfter;

    public RefusedException(ErrorCode code, String message) {
        this(code, message, null);
    }

    private RefusedException(ErrorCode code, String message, @Nullable Duration retryAfter) {
        super(Objects.requireNonNull(message), null, false, false);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** A refusal that passes by itself: the client may try again after the given time. */
    public static RefusedException temporary(ErrorCode code, String message, Duration retryAfter) {
        return new RefusedException(code, message, retryAfter);
    }

    /** A 400 for input that no retry mends. */
    public static RefusedException badRequest(String message) {
        return new RefusedException(ErrorCode.BAD_REQUEST, message);
    }

    public ErrorCode code() {
        return code;
    }

    /** The sentence for the client. */
    public String sentence() {
        return Objects.requireNonNull(getMessage());
    }

    /** How long to wait before trying again, where waiting helps. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
