package dev.agentkernel.api.server;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Throws away what a client still sends of a body that nobody wants, so that it comes to see its answer; but not for long. The
 * server would do the same by itself, with a bound for each wait and none for all of them.
 */
final class UnreadBodyValve extends ValveBase {

    /** How much is thrown away; beyond, the connection is closed under the client. */
    private final long bytesMax;

    UnreadBodyValve(long bytesMax) {
        super(true);
        this.bytesMax = bytesMax;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        getNext().invoke(request, response);
        org.apache.coyote.Request body = request.getCoyoteRequest();
        // A client that waits for leave to send its body gets none.
        if (!body.isFinished() && !body.hasExpectation() && !request.isAsync()) {
            response.finishResponse();
            if (!isThrownAway(body, patienceOf(request))) {
                body.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
            }
        }
    }

    private static long patienceOf(Request request) {
        return request.getConnector().getProtocolHandler() instanceof AbstractProtocol<?> protocol
                ? PatientProtocol.patienceOf(protocol).toNanos()
                : 0;
    }

    private boolean isThrownAway(org.apache.coyote.Request body, long nanosMax) {
        long begun = System.nanoTime();
        long bytes = 0;
        Part part = new Part();
        try {
            // Not by the stream of the servlet API, which ends with the answer.
            while (body.doRead(part) >= 0) {
                bytes += part.bytes();
                if (bytes > bytesMax || System.nanoTime() - begun > nanosMax) {
                    return false;
                }
            }
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /** Where the server shows what has come, in a buffer of its own. */
    private static final class Part implements ApplicationBufferHandler {

        private ByteBuffer buffer = ByteBuffer.allocate(0);

        int bytes() {
            return buffer.remaining();
        }

        @Override
        public void setByteBuffer(ByteBuffer shown) {
            buffer = shown;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return buffer;
        }

        @Override
        public void expand(int size) {
            // Nothing is kept.
        }
    }
}
