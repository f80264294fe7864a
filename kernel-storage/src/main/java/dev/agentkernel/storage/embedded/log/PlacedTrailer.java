package dev.agentkernel.storage.embedded.log;

import dev.agentkernel.storage.embedded.log.LogFiles.ReadFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A trailer and the offset at which it begins.
 *
 * @param trailer what it says
 * @param start the offset of its first byte, so the end of its record lines
 */
record PlacedTrailer(Trailer trailer, long start) {

    /** The offset at which the batch begins. */
    long linesStart() {
        return start - trailer.bytes();
    }

    /** Reads backwards the trailer whose line feed is the last byte before an offset; empty when there is none. */
    static Optional<PlacedTrailer> endingAt(ReadFile file, long offset) throws IOException {
        long from = Math.max(0, offset - Trailer.BYTES_MAX);
        ByteBuffer buffer = ByteBuffer.allocate((int) (offset - from));
        while (buffer.hasRemaining()) {
            if (file.read(buffer, from + buffer.position()) < 0) {
                return Optional.empty();
            }
        }
        byte[] bytes = buffer.array();
        int end = bytes.length - 1;
        if (end < 0 || bytes[end] != '\n') {
            return Optional.empty();
        }
        int start = end;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        int begin = start;
        return Trailer.parse(bytes, begin, end - begin).map(trailer -> new PlacedTrailer(trailer, from + begin));
    }
}
