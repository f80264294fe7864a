package dev.agentkernel.bench.client;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One keep-alive connection with at most one request outstanding, whose buffers are allocated once. */
final class Connection implements Closeable {
    private static final int RECEIVE_BUFFER_BYTES = 64 * 1024;

    private final InetSocketAddress server;
    private final ByteBuffer out;
    private final ByteBuffer in = ByteBuffer.allocateDirect(RECEIVE_BUFFER_BYTES);
    private final ResponseReader reader = new ResponseReader();
    private SocketChannel channel;
    private long startedNanos;

    Connection(InetSocketAddress server, int requestBytesMax) throws IOException {
        this.server = server;
        this.out = ByteBuffer.allocateDirect(requestBytesMax);
        this.channel = connect(server);
    }

    private static SocketChannel connect(InetSocketAddress server) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(server);
            channel.configureBlocking(false);
            return channel;
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
    }

    SocketChannel channel() {
        return channel;
    }

    ResponseReader reader() {
        return reader;
    }

    long startedNanos() {
        return startedNanos;
    }

    /** Starts the next request and returns whether all of it was written. */
    boolean start(RequestSource requests, long nowNanos) throws IOException {
        startedNanos = nowNanos;
        out.clear();
        requests.next(out);
        out.flip();
        return flush();
    }

    /** Writes what is left of the request and returns whether that was all. */
    boolean flush() throws IOException {
        channel.write(out);
        return !out.hasRemaining();
    }

    /** Reads what has arrived and returns whether the response is complete. */
    boolean receive() throws IOException {
        in.clear();
        if (channel.read(in) < 0) {
            throw new EOFException(
                    reader.started()
                            ? "the server closed the connection within a response"
                            : "the server closed the connection without an answer");
        }
        in.flip();
        boolean complete = reader.read(in);
        if (complete && in.hasRemaining()) {
            throw new MalformedResponseException(in.remaining() + " bytes follow the end of the response");
        }
        return complete;
    }

    /** Replaces the channel by a new one, which is not yet registered with any selector. */
    void reconnect() throws IOException {
        channel.close();
        reader.reset();
        channel = connect(server);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
