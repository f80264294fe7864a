package dev.agentkernel.bench.sockets;

import dev.agentkernel.bench.process.BenchmarkFailure;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** How a connection becomes a WebSocket. */
final class Handshake {

    private Handshake() {}

    /**
     * Asks for it, and returns when the kernel has agreed.
     *
     * @param token the bearer token, empty for none
     */
    static void make(Socket socket, DataInputStream input, String path, String token) throws IOException {
        String authorization = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: kernel\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                + authorization + "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) input.readUnsignedByte());
        }
        if (head.indexOf("HTTP/1.1 101") != 0) {
            throw new BenchmarkFailure("the handshake was answered with " + head.substring(0, head.indexOf("\r")));
        }
    }
}
