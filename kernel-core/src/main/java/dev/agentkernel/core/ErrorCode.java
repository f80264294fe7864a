package dev.agentkernel.core;

import java.util.Locale;

/** The closed set of error codes of the API contract; the wire name of each is its lower-case name. */
public enum ErrorCode {
    BAD_REQUEST(400),
    UNAUTHORIZED(401),
    VERIFICATION_FAILED(403),
    FORBIDDEN(403),
    BLOCKED(403),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    CONFLICT(409),
    PRECONDITION_FAILED(412),
    VALUE_TOO_LARGE(413),
    UNSUPPORTED_MEDIA_TYPE(415),
    IDEMPOTENCY_MISMATCH(422),
    RATE_LIMITED(429),
    INTERNAL_ERROR(500),
    UNAVAILABLE(503),
    TOO_MANY_CONNECTIONS(503),
    STORE_FULL(507),
    QUEUE_FULL(507);

    private final int status;
    private final String wireName;

    ErrorCode(int status) {
        this.status = status;
        this.wireName = name().toLowerCase(Locale.ROOT);
    }

    /** The HTTP status that the contract gives this code. */
    public int status() {
        return status;
    }

    /** The code as clients see it, for example {@code queue_full}. */
    public String wireName() {
        return wireName;
    }
}
