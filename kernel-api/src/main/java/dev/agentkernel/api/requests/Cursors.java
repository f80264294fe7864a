package dev.agentkernel.api.requests;

import dev.agentkernel.api.json.StrictUtf8;
import dev.agentkernel.core.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Where pages go on, opaque to clients: Base64 of a byte for kind and version, then the place. A cursor of another kind, or of a
 * later version, is refused and never misread.
 */
public final class Cursors {

    private static final byte SEQ = 1;
    private static final byte KEY = 2;

    private Cursors() {}

    /** The cursor for what comes after a seq. */
    public static String afterSeq(long seq) {
        return encode(SEQ, ByteBuffer.allocate(Long.BYTES).putLong(seq).array());
    }

    /** The cursor for what comes after a key of the state store. */
    public static String afterKey(String key) {
        return encode(KEY, key.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The seq that the page starts after; 0 for the first page.
     *
     * @throws RefusedException {@code bad_request} if the cursor is none of this kind
     */
    public static long seq(QueryParameters query) {
        byte[] place = decode(SEQ, query);
        if (place.length == 0) {
            return 0;
        }
        long seq = place.length == Long.BYTES ? ByteBuffer.wrap(place).getLong() : -1;
        if (seq < 0) {
            throw malformed();
        }
        return seq;
    }

    /**
     * The key that the page starts after; empty for the first page.
     *
     * @throws RefusedException {@code bad_request} if the cursor is none of this kind
     */
    public static String key(QueryParameters query) {
        byte[] place = decode(KEY, query);
        if (StrictUtf8.firstInvalid(place, place.length) >= 0) {
            throw malformed();
        }
        return new String(place, StandardCharsets.UTF_8);
    }

    private static String encode(byte kind, byte[] place) {
        byte[] bytes =
                ByteBuffer.allocate(1 + place.length).put(kind).put(place).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] decode(byte kind, QueryParameters query) {
        Optional<String> cursor = query.text("cursor").filter(text -> !text.isEmpty());
        if (cursor.isEmpty()) {
            return new byte[0];
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor.get());
            if (bytes.length > 1 && bytes[0] == kind) {
                return Arrays.copyOfRange(bytes, 1, bytes.length);
            }
        } catch (IllegalArgumentException notBase64) {
            throw malformed();
        }
        throw malformed();
    }

    private static RefusedException malformed() {
        return RefusedException.badRequest("The cursor is not one that this list gave; begin again without a cursor.");
    }
}
