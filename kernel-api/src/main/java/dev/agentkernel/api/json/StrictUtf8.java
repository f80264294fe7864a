package dev.agentkernel.api.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Tells whether bytes are UTF-8 by RFC 3629, and nothing near it: no overlong forms, no encoded surrogates, nothing beyond
 * U+10FFFF. (JSON parsers for bytes decode all of these without complaint.)
 */
public final class StrictUtf8 {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NOT_ASCII = 0x8080808080808080L;

    private StrictUtf8() {}

    /** Where the first byte stands that begins no valid sequence; -1 when all of the first {@code length} bytes are valid. */
    public static int firstInvalid(byte[] bytes, int length) {
        int at = 0;
        while (at < length) {
            at = skipAscii(bytes, at, length);
            if (at == length) {
                break;
            }
            int size = sequenceSize(bytes, at, length);
            if (size == 0) {
                return at;
            }
            at += size;
        }
        return -1;
    }

    private static int skipAscii(byte[] bytes, int from, int length) {
        int at = from;
        while (at <= length - Long.BYTES && ((long) LONGS.get(bytes, at) & NOT_ASCII) == 0) {
            at += Long.BYTES;
        }
        while (at < length && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /** The size of the sequence that begins here with a byte beyond ASCII; 0 when it is not valid. */
    private static int sequenceSize(byte[] bytes, int at, int length) {
        int lead = bytes[at] & 0xff;
        int size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
        if (size == 0 || at + size > length || !isSecond(lead, bytes[at + 1] & 0xff)) {
            return 0;
        }
        for (int i = 2; i < size; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return size;
    }

    /** The second byte is where overlong forms, surrogates and what lies beyond Unicode show (RFC 3629, section 4). */
    private static boolean isSecond(int lead, int second) {
        return switch (lead) {
            case 0xe0 -> second >= 0xa0 && second <= 0xbf;
            case 0xed -> second >= 0x80 && second <= 0x9f;
            case 0xf0 -> second >= 0x90 && second <= 0xbf;
            case 0xf4 -> second >= 0x80 && second <= 0x8f;
            default -> second >= 0x80 && second <= 0xbf;
        };
    }
}
