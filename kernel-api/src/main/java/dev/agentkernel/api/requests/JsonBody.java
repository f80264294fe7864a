package dev.agentkernel.api.requests;

import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of a request, not read yet. However it comes (declared too short, chunked without end, drop by drop), no more than the
 * limit is read and held, and no longer than the limit is waited.
 */
public final class JsonBody {

    /** Most bytes of a body. */
    public static final int BYTES_MAX = 2 << 20;

    private static final Logger log = LoggerFactory.getLogger(JsonBody.class);

    /** How long a body may take to arrive; the server's own time-out bounds each wait for more of it. */
    private static final Duration TIME_MAX = Duration.ofSeconds(60);

    /** What a body may hold without being counted: with the most connections there can be, it is still little. */
    private static final int UNCOUNTED_BYTES = 8 << 10;

    private final HttpServletRequest request;
    private final BytesInFlight inFlight;

    JsonBody(HttpServletRequest request, BytesInFlight inFlight) {
        this.request = request;
        this.inFlight = inFlight;
    }

    /**
     * Reads the body as one JSON object; to be called once.
     *
     * @throws RefusedException {@code value_too_large} beyond {@link #BYTES_MAX}; {@code bad_request} if it is not a strict JSON
     *     object, did not arrive as a whole, or not in time; {@code unavailable} if too many large bodies arrive at once
     */
    public <T> T read(Function<JsonFields, T> reader) {
        requireAllowedLength(request);
        Received received = new Received(request.getContentLengthLong());
        try {
            received.fill(request.getInputStream());
            return JsonFields.parse(received.bytes, received.length, reader);
        } catch (IOException broken) {
            // Mostly the client is gone and nobody sees the answer.
            log.debug("A body ended early", broken);
            throw RefusedException.badRequest("The body ended before it was complete.");
        } finally {
            inFlight.release(received.reserved);
        }
    }

    /**
     * Refuses a body by the length that the client declares, also where nobody reads it.
     *
     * @throws RefusedException {@code value_too_large} beyond {@link #BYTES_MAX}
     */
    public static void requireAllowedLength(HttpServletRequest request) {
        if (request.getContentLengthLong() > BYTES_MAX) {
            throw tooLarge();
        }
    }

    private static RefusedException tooLarge() {
        return new RefusedException(
                ErrorCode.VALUE_TOO_LARGE, "The body has more than " + BYTES_MAX + " bytes, which is the limit.");
    }

    /** Grows with what really arrives, so that a large promise alone costs nothing. */
    private final class Received {

        private final long deadlineNanos = System.nanoTime() + TIME_MAX.toNanos();
        private byte[] bytes;
        private int length;
        private long reserved;

        Received(long declared) {
            // One byte more than declared shows the end without growing.
            bytes = new byte[declared >= 0 && declared < UNCOUNTED_BYTES ? (int) declared + 1 : UNCOUNTED_BYTES];
        }

        void fill(InputStream stream) throws IOException {
            int count = stream.read(bytes, 0, bytes.length);
            while (count >= 0) {
                length += count;
                if (length > BYTES_MAX) {
                    throw tooLarge();
                }
                if (System.nanoTime() - deadlineNanos > 0) {
                    throw RefusedException.badRequest(
                            "The body took longer than " + TIME_MAX.toSeconds() + " seconds to arrive.");
                }
                if (length == bytes.length) {
                    grow();
                }
                count = stream.read(bytes, length, bytes.length - length);
            }
            if (length == 0) {
                throw RefusedException.badRequest("The body is empty; it must be a JSON object.");
            }
        }

        private void grow() {
            int larger = Math.min(2 * bytes.length, BYTES_MAX + 1);
            inFlight.reserve(larger - bytes.length);
            reserved += larger - bytes.length;
            bytes = Arrays.copyOf(bytes, larger);
        }
    }
}
