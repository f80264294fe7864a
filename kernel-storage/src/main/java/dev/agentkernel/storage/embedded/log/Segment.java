package dev.agentkernel.storage.embedded.log;

import java.nio.file.Path;

/** One file of the log. Its durable length is written by the appending thread and read by all. */
final class Segment {

    private final long firstSeq;
    private final Path file;
    private volatile long durableBytes;

    Segment(long firstSeq, Path file, long durableBytes) {
        this.firstSeq = firstSeq;
        this.file = file;
        this.durableBytes = durableBytes;
    }

    /** The number in its name: no public seq in it is lower, and all in later segments are higher than all in it. */
    long firstSeq() {
        return firstSeq;
    }

    Path file() {
        return file;
    }

    /** How many bytes of it are whole, durable batches. */
    long durableBytes() {
        return durableBytes;
    }

    void setDurableBytes(long bytes) {
        this.durableBytes = bytes;
    }
}
