package dev.agentkernel.core.state;

import java.nio.charset.StandardCharsets;

/** What an entry of the state store counts against its capacity: the bytes of its key in UTF-8 and of its value. */
public final class StateFootprint {

    private StateFootprint() {}

    /** The footprint of an entry, in bytes. */
    public static long of(String key, int valueBytes) {
        return (long) key.getBytes(StandardCharsets.UTF_8).length + valueBytes;
    }
}
