package dev.agentkernel.storage.embedded;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Where a batch's lines are gathered: reused from batch to batch, given back when a large batch made it grow. */
final class LineBuffer extends ByteArrayOutputStream {

    private static final int KEPT_BYTES = 1 << 20;

    LineBuffer() {
        super(KEPT_BYTES);
    }

    @Override
    public synchronized void reset() {
        if (buf.length > KEPT_BYTES) {
            buf = new byte[KEPT_BYTES];
        }
        super.reset();
    }

    /** What was written, without a copy: valid until the next reset. */
    synchronized ByteBuffer content() {
        return ByteBuffer.wrap(buf, 0, count);
    }
}
