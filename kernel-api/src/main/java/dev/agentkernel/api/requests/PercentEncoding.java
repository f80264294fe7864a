package dev.agentkernel.api.requests;

import dev.agentkernel.api.json.StrictUtf8;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Decodes parts of a request target, exactly once and strictly. */
public final class PercentEncoding {

    private PercentEncoding() {}

    /** The text of a part of a path; empty if an escape is broken or the bytes are not UTF-8. */
    public static Optional<String> decodePath(String raw) {
        return decode(raw, false);
    }

    /** The text of a part of a query, in which {@code +} is a space; empty if an escape is broken or the bytes are not UTF-8. */
    public static Optional<String> decodeQuery(String raw) {
        return decode(raw, true);
    }

    private static Optional<String> decode(String raw, boolean plusIsSpace) {
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char character = raw.charAt(i);
            if (character == '%') {
                int octet = octet(raw, i + 1);
                if (octet < 0) {
                    return Optional.empty();
                }
                bytes[length++] = (byte) octet;
                i += 2;
            } else if (character > 0x7f) {
                return Optional.empty();
            } else {
                bytes[length++] = (byte) (character == '+' && plusIsSpace ? ' ' : character);
            }
        }
        return StrictUtf8.firstInvalid(bytes, length) >= 0
                ? Optional.empty()
                : Optional.of(new String(bytes, 0, length, StandardCharsets.UTF_8));
    }

    /** The octet that two hexadecimal digits stand for; negative if there are none. */
    private static int octet(String raw, int at) {
        if (at + 2 > raw.length() || raw.charAt(at) > 0x7f || raw.charAt(at + 1) > 0x7f) {
            return -1;
        }
        int high = Character.digit(raw.charAt(at), 16);
        int low = Character.digit(raw.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
