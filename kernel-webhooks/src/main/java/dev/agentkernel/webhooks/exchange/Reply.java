package dev.agentkernel.webhooks.exchange;

import org.jspecify.annotations.Nullable;

/** How an exchange ended. */
public sealed interface Reply {

    /**
     * The receiver answered.
     *
     * @param status from 200 to 599
     * @param retryAfter the {@code Retry-After} field as it stood
     */
    record Answered(int status, @Nullable String retryAfter) implements Reply {}

    /** There was no answer, or none that can be read. The receiver may have got the request nevertheless. */
    record Failed(Fault fault) implements Reply {}

    /** Why there was no answer. Tells nothing that the receiver wrote. */
    enum Fault {
        /** No address accepted a connection. */
        CONNECTION_FAILED,
        /** The connection or the answer took too long. */
        TIMED_OUT,
        /** TLS failed: the certificate is not trusted, is not for this name, or there is no common version. */
        TLS_FAILED,
        /** The connection broke before the answer was complete. */
        CONNECTION_LOST,
        /** What came is no HTTP/1.1 answer. */
        ANSWER_MALFORMED,
        /** The header fields were larger than is allowed, or there were too many interim answers. */
        ANSWER_TOO_LARGE
    }
}
