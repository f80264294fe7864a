package dev.agentkernel.api.sockets;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The frames that wait for a client, and those that are being written. Holds nothing while there are none. Not safe by itself. */
final class OutgoingQueue {

    /** Frames that are written with one call. */
    private static final int FRAMES_PER_WRITE_MAX = 64;

    private final int bytesMax;
    private final AtomicLong bytesOfAll;
    private @Nullable ArrayDeque<OutgoingFrame> waiting;
    private @Nullable List<OutgoingFrame> beingWritten;
    private long writingSince;
    private int bytes;
    private boolean wasHalfFull;

    OutgoingQueue(int bytesMax, AtomicLong bytesOfAll) {
        this.bytesMax = bytesMax;
        this.bytesOfAll = bytesOfAll;
    }

    int bytes() {
        return bytes;
    }

    /** Whether there is room for a frame; the first finds room in any case. */
    boolean hasRoomFor(OutgoingFrame frame) {
        return bytes == 0 || bytes + frame.bytes() <= bytesMax;
    }

    /** Adds a frame, whether there is room or not. */
    void add(OutgoingFrame frame) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
        }
        waiting.add(frame);
        count(frame.bytes());
        wasHalfFull |= bytes > bytesMax / 2;
    }

    private void count(int more) {
        bytes += more;
        bytesOfAll.addAndGet(more);
    }

    /** What will never be written counts no more. */
    void end() {
        forget();
        count(-bytes);
    }

    /** Drops what waits; what is being written goes on. */
    void forget() {
        if (waiting != null) {
            waiting.forEach(frame -> count(-frame.bytes()));
            waiting = null;
        }
        wasHalfFull = false;
    }

    /** What to write next, until {@link #written}; {@code null} if nothing waits or something is being written. */
    ByteBuffer @Nullable [] startWriting(long now) {
        ArrayDeque<OutgoingFrame> frames = waiting;
        if (frames == null || beingWritten != null) {
            return null;
        }
        List<OutgoingFrame> next = new ArrayList<>(Math.min(frames.size(), FRAMES_PER_WRITE_MAX));
        while (!frames.isEmpty() && next.size() < FRAMES_PER_WRITE_MAX) {
            next.add(frames.remove());
        }
        if (frames.isEmpty()) {
            waiting = null;
        }
        beingWritten = next;
        writingSince = now;
        return buffersOf(next);
    }

    private static ByteBuffer[] buffersOf(List<OutgoingFrame> frames) {
        ByteBuffer[] buffers = new ByteBuffer[2 * frames.size()];
        for (int i = 0; i < frames.size(); i++) {
            buffers[2 * i] = frames.get(i).header();
            buffers[2 * i + 1] = ByteBuffer.wrap(frames.get(i).payload());
        }
        return buffers;
    }

    /** What was being written is with the network. */
    Progress written() {
        List<OutgoingFrame> frames = beingWritten;
        if (frames == null) {
            throw new IllegalStateException("nothing was being written");
        }
        beingWritten = null;
        if (bytes == 0) {
            // It has ended meanwhile.
            return new Progress(false, false);
        }
        frames.forEach(frame -> count(-frame.bytes()));
        boolean drained = wasHalfFull && waiting == null;
        wasHalfFull &= !drained;
        return new Progress(drained, frames.getLast().opcode() == Opcode.CLOSE);
    }

    /** Whether something has been on its way for longer than this. */
    boolean isStalled(long now, long nanosMax) {
        return beingWritten != null && now - writingSince > nanosMax;
    }

    /**
     * How far writing has come.
     *
     * @param drained the queue was more than half full, and is empty now
     * @param farewell the good-bye is out
     */
    record Progress(boolean drained, boolean farewell) {}
}
