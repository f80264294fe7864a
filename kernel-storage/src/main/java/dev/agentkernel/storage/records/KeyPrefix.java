package dev.agentkernel.storage.records;

import java.nio.charset.StandardCharsets;

/** Where the keys of the shared state that begin with a prefix end: keys are bytes in both databases, ordered as such. */
public final class KeyPrefix {

    /** Above every key: UTF-8 never holds this byte. */
    private static final byte BEYOND = (byte) 0xff;

    private KeyPrefix() {}

    /** The least bytes behind all keys that begin with the prefix. */
    public static byte[] endOf(String prefix) {
        if (prefix.isEmpty()) {
            return new byte[] {BEYOND};
        }
        byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
        // Never overflows, as no byte is the last one.
        end[end.length - 1]++;
        return end;
    }
}
