package dev.agentkernel.app.crash;

import dev.agentkernel.app.process.KernelProcess;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One connection that carries one request at a time: an answer proves that the server has done all it does for the request
 * before. An {@link IOException} means that no whole answer came, and nothing else.
 */
final class HttpConnection implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final InetSocketAddress address;
    private Socket socket;
    private InputStream input;
    private boolean usedUp;

    HttpConnection(InetSocketAddress address) throws IOException {
        this.address = address;
        this.socket = connect(address);
        this.input = new BufferedInputStream(socket.getInputStream(), 32 * 1024);
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        int timeoutMillis = (int) KernelProcess.PATIENCE.toMillis();
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMillis);
            socket.connect(address, timeoutMillis);
            return socket;
        } catch (IOException refused) {
            socket.close();
            throw refused;
        }
    }

    /** The server ends the connection after some refusals, and says so. */
    private void reconnectWhenUsedUp() throws IOException {
        if (usedUp) {
            socket.close();
            socket = connect(address);
            input = new BufferedInputStream(socket.getInputStream(), 32 * 1024);
            usedUp = false;
        }
    }

    Reply get(String target, @Nullable String token) throws IOException {
        return exchange("GET", target, token, Map.of(), null);
    }

    Reply delete(String target, String token) throws IOException {
        return exchange("DELETE", target, token, Map.of(), null);
    }

    Reply put(String target, String token, Object body) throws IOException {
        return exchange("PUT", target, token, Map.of(), body);
    }

    Reply post(String target, @Nullable String token, Object body) throws IOException {
        return exchange("POST", target, token, Map.of(), body);
    }

    Reply exchange(
            String method, String target, @Nullable String token, Map<String, String> headers, @Nullable Object body)
            throws IOException {
        reconnectWhenUsedUp();
        socket.getOutputStream().write(request(method, target, token, headers, body));
        return answer(method + " " + target);
    }

    private static byte[] request(
            String method, String target, @Nullable String token, Map<String, String> headers, @Nullable Object body) {
        byte[] content = body == null ? new byte[0] : JSON.writeValueAsBytes(body);
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: kernel\r\n");
        if (token != null) {
            head.append("Authorization: Bearer ").append(token).append("\r\n");
        }
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        if (body != null) {
            head.append("Content-Type: application/json\r\nContent-Length: " + content.length + "\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        byte[] request = new byte[start.length + content.length];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(content, 0, request, start.length, content.length);
        return request;
    }

    private Reply answer(String request) throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        int length = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            } else if (lower.equals("connection: close")) {
                usedUp = true;
            } else if (lower.startsWith("transfer-encoding:")) {
                throw new AssertionError(request + " is answered without a length");
            }
        }
        byte[] body = input.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the answer to " + request + " broke off");
        }
        return new Reply(request, status, length == 0 ? JSON.missingNode() : JSON.readTree(body));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = input.read(); octet != '\n'; octet = input.read()) {
            if (octet < 0) {
                throw new EOFException("the connection ended");
            }
            if (octet != '\r') {
                line.append((char) octet);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
