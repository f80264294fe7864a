package dev.agentkernel.api.workers;

import dev.agentkernel.api.gate.BearerToken;
import dev.agentkernel.api.sockets.OpenSocket;
import dev.agentkernel.api.sockets.SocketClose;
import dev.agentkernel.api.sockets.SocketListener;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.limits.RateVerdict;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.workers.WorkerLine;
import dev.agentkernel.core.workers.WorkerSession;
import dev.agentkernel.core.workers.Workers;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One socket of a worker: carries its session. */
final class AgentSocket implements SocketListener, WorkerLine {

    static final SocketClose DISPLACED = new SocketClose(4002, "this worker has connected anew");
    static final SocketClose UNKNOWN_TOKEN = new SocketClose(4401, "the token is not valid");
    static final SocketClose REVOKED = new SocketClose(4403, "the token was revoked");
    static final SocketClose TOO_MANY_WORKERS =
            new SocketClose(4429, "the agent has " + Workers.WORKERS_PER_AGENT_MAX + " workers connected");

    private static final int MALFORMED = 4400;

    /** What may wait for a client that is still handed messages. */
    private static final int WAITING_BYTES_MAX = 1 << 20;

    private final OpenSocket socket;
    private final Kernel kernel;
    private final Workers workers;
    private final AgentCaller caller;
    private @Nullable String workerId;
    private @Nullable String authorization;
    private volatile @Nullable WorkerSession session;

    AgentSocket(
            OpenSocket socket,
            Kernel kernel,
            Workers workers,
            AgentCaller caller,
            String workerId,
            @Nullable String authorization) {
        this.socket = socket;
        this.kernel = kernel;
        this.workers = workers;
        this.caller = caller;
        this.workerId = workerId;
        this.authorization = authorization;
    }

    // --- from the client

    @Override
    public void opened() {
        String id = Objects.requireNonNull(workerId);
        WorkerSession connected;
        try {
            connected = workers.connect(caller, id, this);
        } catch (RefusedException tooMany) {
            socket.close(TOO_MANY_WORKERS);
            return;
        }
        session = connected;
        if (!socket.isOpen()) {
            // Closed before there was a session to end.
            connected.disconnected();
        } else {
            begin(connected);
        }
        workerId = null;
        authorization = null;
    }

    private void begin(WorkerSession connected) {
        SocketClose objection = objection();
        if (objection == null) {
            socket.send(new Frame.Hello(connected).utf8());
            connected.begin();
        } else {
            socket.close(objection);
        }
    }

    /** A token that was revoked between the handshake and now would have been told to nobody; {@code null} when it is valid. */
    private @Nullable SocketClose objection() {
        try {
            boolean same =
                    kernel.authenticator().agent(BearerToken.of(authorization)).equals(caller);
            return same ? null : UNKNOWN_TOKEN;
        } catch (RefusedException revoked) {
            return UNKNOWN_TOKEN;
        } catch (StorageException away) {
            return SocketClose.TRY_AGAIN;
        }
    }

    @Override
    public void text(byte[] utf8) {
        IncomingFrame frame;
        try {
            frame = IncomingFrame.parse(utf8);
        } catch (RefusedException malformed) {
            socket.close(new SocketClose(MALFORMED, "a frame must be one JSON object"));
            return;
        } catch (IncomingFrame.WrongField wrong) {
            refuse(wrong.ref().orElse(null), wrong.refusal());
            return;
        }
        WorkerSession present = session;
        if (present != null) {
            try {
                answer(frame, present);
            } catch (RefusedException refused) {
                refuse(frame.ref(), refused);
            } catch (StorageException away) {
                refuse(frame.ref(), GroupCommit.refusalOf(away));
            }
        }
    }

    private void answer(IncomingFrame frame, WorkerSession present) {
        switch (frame.type()) {
            case "send" -> send(frame);
            case "ack" -> say(new Frame.Acked(present.acknowledge(frame.ids())));
            case "nack" -> present.giveBack(frame.ids(), frame.delay());
            case "credit" -> present.setCredit(frame.creditWanted());
            case null -> socket.close(new SocketClose(MALFORMED, "a frame must have a type"));
            default -> socket.close(new SocketClose(MALFORMED, "the type of a frame is unknown"));
        }
    }

    private void send(IncomingFrame frame) {
        RateVerdict verdict = kernel.rateLimits().count(caller.address(), RateCategory.MESSAGE_SEND);
        if (!verdict.allowed()) {
            throw RefusedException.temporary(
                    ErrorCode.RATE_LIMITED,
                    "More than " + verdict.limit() + " messages in "
                            + verdict.window().toSeconds() + " seconds.",
                    verdict.retryAfter());
        }
        say(new Frame.Sent(frame.ref(), kernel.messages().send(caller, frame.message())));
    }

    private void refuse(@Nullable String ref, RefusedException refusal) {
        if (refusal.code() == ErrorCode.UNAUTHORIZED) {
            socket.close(REVOKED);
        } else {
            say(new Frame.Refused(ref, refusal));
        }
    }

    private void say(Frame frame) {
        socket.send(frame.utf8());
    }

    @Override
    public void drained() {
        WorkerSession present = session;
        if (present != null) {
            present.hasRoomAgain();
        }
    }

    @Override
    public void closed(SocketClose why) {
        WorkerSession present = session;
        if (present != null) {
            present.disconnected();
        }
    }

    // --- from the kernel

    @Override
    public void deliver(List<Delivery> deliveries) {
        for (Delivery delivery : deliveries) {
            if (!socket.send(new Frame.Handed(delivery).utf8())) {
                // The socket is closed, and its end gives back what could not be handed over.
                return;
            }
        }
    }

    @Override
    public boolean hasRoom() {
        return socket.hasRoom(WAITING_BYTES_MAX);
    }

    @Override
    public void end(End why) {
        socket.close(
                switch (why) {
                    case DISPLACED -> DISPLACED;
                    case REVOKED -> REVOKED;
                });
    }
}
