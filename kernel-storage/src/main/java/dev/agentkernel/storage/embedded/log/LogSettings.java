package dev.agentkernel.storage.embedded.log;

/**
 * The limits of a log.
 *
 * @param segmentBytes the size from which on a segment is closed and the next batch begins a new one
 * @param lineBytesMax the longest line that can be appended, without its line feed; also bounds the memory of a reader
 */
public record LogSettings(long segmentBytes, int lineBytesMax) {

    /** Segments of 100 MiB. */
    public static final long DEFAULT_SEGMENT_BYTES = 100L * 1024 * 1024;

    /** A value of 1 MiB whose every byte becomes a six-byte JSON escape is 6 MiB; this leaves room for two and more. */
    public static final int DEFAULT_LINE_BYTES_MAX = 16 * 1024 * 1024;

    private static final int LINE_BYTES_LARGEST = 1024 * 1024 * 1024;

    /** Refuses sizes that no log can keep. */
    public LogSettings {
        if (segmentBytes < 1) {
            throw new IllegalArgumentException("segmentBytes must be at least 1, got " + segmentBytes);
        }
        if (lineBytesMax < 256 || lineBytesMax > LINE_BYTES_LARGEST) {
            throw new IllegalArgumentException(
                    "lineBytesMax must be between 256 and " + LINE_BYTES_LARGEST + ", got " + lineBytesMax);
        }
    }

    /** The given segment size and the default limit for lines. */
    public static LogSettings ofSegmentBytes(long segmentBytes) {
        return new LogSettings(segmentBytes, DEFAULT_LINE_BYTES_MAX);
    }
}
