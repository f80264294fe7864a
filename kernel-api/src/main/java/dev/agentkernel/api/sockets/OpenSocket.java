package dev.agentkernel.api.sockets;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of one socket. Safe for use by many threads; nothing here waits for the client. Frames leave in the order in
 * which they were given.
 */
public final class OpenSocket {

    private static final Logger log = LoggerFactory.getLogger(OpenSocket.class);

    /** How long a client may take to answer a close, to take what was written, and to complete a message. */
    private static final long CLOSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    private static final long CLOSE_AFTER_VIOLATION_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);
    private static final long WRITE_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);
    private static final long MESSAGE_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

    private enum State {
        CONNECTING,
        OPEN,
        CLOSING,
        ENDED
    }

    private enum CloseStep {
        CLIENT_CLOSED,
        FAREWELL_WRITTEN
    }

    private static final int BOTH_CLOSED = (1 << CloseStep.values().length) - 1;

    private final SocketRules rules;
    private final Sockets sockets;
    private final UpgradedConnection connection;
    private final FrameReader reader;
    private final LongSupplier nanoTime;
    private final long openedAt;
    private @Nullable SocketListener listener;

    private volatile State state = State.CONNECTING;
    private volatile long heardAt;
    private volatile boolean handling;
    private volatile boolean violated;
    private long pingedAt;
    private long closingSince;
    private long messageSince;
    private boolean messageBegun;
    private long framesFullAgainAt;

    // Guarded by this.
    private final OutgoingQueue outgoing;
    private int closeSteps;

    OpenSocket(
            SocketRules rules,
            Sockets sockets,
            UpgradedConnection connection,
            FrameReader reader,
            LongSupplier nanoTime) {
        this.rules = rules;
        this.sockets = sockets;
        this.connection = connection;
        this.reader = reader;
        this.nanoTime = nanoTime;
        this.outgoing = new OutgoingQueue(rules.outgoingBytesMax(), sockets.queuedBytes());
        this.openedAt = nanoTime.getAsLong();
        this.heardAt = openedAt;
        this.pingedAt = openedAt;
        this.framesFullAgainAt = openedAt;
    }

    void listenBy(SocketListener given) {
        listener = given;
    }

    private SocketListener listener() {
        return Objects.requireNonNull(listener, "a socket has its listener from the handshake on");
    }

    SocketRules rules() {
        return rules;
    }

    /** Whether frames can be sent. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether nothing is being read, handled or written at the moment. */
    boolean isIdle() {
        return !handling && queuedBytes() == 0;
    }

    /** What waits to be written to the client, in bytes. */
    public synchronized int queuedBytes() {
        return outgoing.bytes();
    }

    /** Whether less than this waits for the client, and not too much for all clients together. */
    public boolean hasRoom(int bytes) {
        return isOpen() && queuedBytes() < bytes && !sockets.isCrowded();
    }

    /**
     * Queues a text frame.
     *
     * @param utf8 must not be changed afterwards
     * @return false if the socket is closed, or is closed now because the client reads too slowly
     */
    public boolean send(byte[] utf8) {
        return write(new OutgoingFrame(Opcode.TEXT, utf8));
    }

    private boolean write(OutgoingFrame frame) {
        boolean room;
        synchronized (this) {
            if (state != State.OPEN) {
                return false;
            }
            room = outgoing.hasRoomFor(frame);
            if (room) {
                outgoing.add(frame);
            }
        }
        if (room) {
            pump();
        } else {
            close(SocketClose.TOO_SLOW);
        }
        return room;
    }

    /** Says good-bye to the client, which has a few seconds to answer. Does nothing when the socket is closed already. */
    public void close(SocketClose why) {
        close(why, new OutgoingFrame(Opcode.CLOSE, why.payload()));
    }

    private void close(SocketClose why, OutgoingFrame farewell) {
        synchronized (this) {
            if (state != State.OPEN) {
                return;
            }
            state = State.CLOSING;
            closingSince = nanoTime.getAsLong();
            outgoing.forget();
            outgoing.add(farewell);
        }
        tellClosed(why);
        pump();
    }

    // --- what the connection tells

    void connected() {
        synchronized (this) {
            if (state != State.CONNECTING) {
                connection.end();
                return;
            }
            heardAt = nanoTime.getAsLong();
            pingedAt = heardAt;
            state = State.OPEN;
        }
        handle(() -> listener().opened());
    }

    /** Bytes came from the client. */
    void received(ByteBuffer bytes) {
        heardAt = nanoTime.getAsLong();
        if (violated || state == State.ENDED) {
            return;
        }
        try {
            reader.read(bytes, new Incoming());
            noteWhetherAmidMessage();
        } catch (ProtocolViolation violation) {
            violated = true;
            reader.release();
            close(violation.close());
        }
    }

    private void noteWhetherAmidMessage() {
        boolean amid = reader.isAmidMessage();
        synchronized (this) {
            if (amid && !messageBegun) {
                messageSince = heardAt;
            }
            messageBegun = amid;
        }
    }

    /** The connection is no more. */
    void lost() {
        boolean wasOpen;
        synchronized (this) {
            if (state == State.ENDED) {
                return;
            }
            wasOpen = state == State.OPEN;
            state = State.ENDED;
            outgoing.end();
        }
        reader.release();
        sockets.left(this);
        if (wasOpen) {
            tellClosed(SocketClose.LOST);
        }
        connection.end();
    }

    private void tellClosed(SocketClose why) {
        try {
            listener().closed(why);
        } catch (RuntimeException fault) {
            log.error("A listener of a socket of {} failed at its end", rules.name(), fault);
        }
    }

    private void handle(Runnable step) {
        handling = true;
        try {
            step.run();
        } catch (RuntimeException fault) {
            log.error("A listener of a socket of {} failed; the socket is closed", rules.name(), fault);
            close(SocketClose.FAILED);
        } finally {
            heardAt = nanoTime.getAsLong();
            handling = false;
        }
    }

    private final class Incoming implements FrameReader.Sink {

        /** A budget that refills evenly, kept as the time at which it is full again. */
        @Override
        public void frame() throws ProtocolViolation {
            long second = TimeUnit.SECONDS.toNanos(1);
            long full = Math.max(framesFullAgainAt - heardAt, 0) + second / rules.framesPerSecondMax();
            if (full > second && state == State.OPEN) {
                throw new ProtocolViolation(SocketClose.TOO_MANY_FRAMES);
            }
            framesFullAgainAt = heardAt + full;
        }

        @Override
        public void text(byte[] utf8) {
            if (state == State.OPEN) {
                handle(() -> listener().text(utf8));
            }
        }

        @Override
        public void ping(byte[] payload) {
            write(new OutgoingFrame(Opcode.PONG, payload));
        }

        @Override
        public void pong() {}

        @Override
        public void close(SocketClose why) {
            byte[] echo = why.code() == SocketClose.NO_CODE ? new byte[0] : new SocketClose(why.code(), "").payload();
            OpenSocket.this.close(why, new OutgoingFrame(Opcode.CLOSE, echo));
            endWhen(CloseStep.CLIENT_CLOSED);
        }
    }

    // --- writing

    /** Writes what waits, unless somebody does already. Many frames go with one call. */
    private void pump() {
        while (true) {
            ByteBuffer[] buffers;
            synchronized (this) {
                buffers = state == State.ENDED ? null : outgoing.startWriting(nanoTime.getAsLong());
            }
            if (buffers == null || !connection.write(buffers, this::written, this::lost)) {
                return;
            }
            note(outgoingWritten());
        }
    }

    private void written() {
        note(outgoingWritten());
        pump();
    }

    private synchronized OutgoingQueue.Progress outgoingWritten() {
        return outgoing.written();
    }

    private void note(OutgoingQueue.Progress progress) {
        if (progress.drained() && state == State.OPEN) {
            listener().drained();
        }
        if (progress.farewell()) {
            endWhen(CloseStep.FAREWELL_WRITTEN);
        }
    }

    /** The connection ends when both sides have said good-bye. */
    private void endWhen(CloseStep step) {
        boolean both;
        synchronized (this) {
            closeSteps |= 1 << step.ordinal();
            both = closeSteps == BOTH_CLOSED;
        }
        if (both) {
            lost();
        }
    }

    // --- time

    /** Looks after the socket: called once a second or so. */
    void look() {
        long now = nanoTime.getAsLong();
        switch (state) {
            case CONNECTING -> {
                if (now - openedAt > CLOSE_NANOS_MAX) {
                    lost();
                }
            }
            case OPEN -> lookWhileOpen(now);
            case CLOSING -> {
                if (now - closingSince > (violated ? CLOSE_AFTER_VIOLATION_NANOS_MAX : CLOSE_NANOS_MAX)) {
                    lost();
                }
            }
            case ENDED -> {}
        }
    }

    private void lookWhileOpen(long now) {
        boolean stalled;
        boolean drips;
        synchronized (this) {
            stalled = outgoing.isStalled(now, WRITE_NANOS_MAX);
            drips = messageBegun && now - messageSince > MESSAGE_NANOS_MAX;
        }
        if (now - openedAt > rules.lifetimeMax().toNanos()) {
            close(SocketClose.TOO_OLD);
        } else if (!handling && now - heardAt > rules.silenceMax().toNanos()) {
            close(SocketClose.SILENT);
        } else if (stalled) {
            close(SocketClose.TOO_SLOW);
        } else if (!handling && drips) {
            close(new SocketClose(1008, "a message took too long to arrive"));
        } else if (now - pingedAt >= rules.pingEvery().toNanos()) {
            pingedAt = now;
            write(new OutgoingFrame(Opcode.PING, new byte[0]));
        }
    }
}
