package dev.agentkernel.app.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A subscriber to server-sent events that reads nothing until it is asked to. */
final class StalledStream implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int BUFFER_BYTES = 8 << 10;

    private final Socket socket;
    private final BufferedReader lines;

    private StalledStream(Socket socket) throws IOException {
        this.socket = socket;
        this.lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    static StalledStream open(URI origin, String target) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(BUFFER_BYTES);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(origin.getHost(), origin.getPort()));
        // By HTTP/1.0, so that no marks of chunks come between the lines.
        String request = "GET " + target + " HTTP/1.0\r\nHost: kernel\r\nAccept: text/event-stream\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        StalledStream stream = new StalledStream(socket);
        String status = stream.lines.readLine();
        if (!status.contains("200")) {
            throw new IOException("the stream was answered " + status);
        }
        return stream;
    }

    /** The seqs of the events that come, up to one that is known to come; a stream that ends before fails. */
    List<Long> readSeqsUpTo(long last) throws IOException {
        List<Long> seqs = new ArrayList<>();
        while (seqs.isEmpty() || seqs.getLast() < last) {
            String line = lines.readLine();
            if (line == null) {
                throw new IOException("the stream ended after " + seqs);
            }
            if (line.startsWith("id: ")) {
                seqs.add(Long.parseLong(line.substring("id: ".length())));
            }
        }
        return seqs;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
