package dev.agentkernel.storage.embedded.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds line feeds eight bytes at a time: every byte appended or read is looked at for this. */
final class LineFeeds {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LINE_FEEDS = 0x0a0a0a0a0a0a0a0aL;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private LineFeeds() {}

    /** The index of the first line feed from one index on and before another; -1 when there is none. */
    static int indexOf(byte[] bytes, int from, int to) {
        int index = from;
        for (; index <= to - Long.BYTES; index += Long.BYTES) {
            // A byte that is zero now was a line feed; the lowest one that this marks is marked rightly.
            long zeros = (long) LONGS.get(bytes, index) ^ LINE_FEEDS;
            long marks = (zeros - ONES) & ~zeros & HIGH_BITS;
            if (marks != 0) {
                return index + Long.numberOfTrailingZeros(marks) / Byte.SIZE;
            }
        }
        for (; index < to; index++) {
            if (bytes[index] == '\n') {
                return index;
            }
        }
        return -1;
    }
}
