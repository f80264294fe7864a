package dev.agentkernel.app.tracing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans by OTLP over HTTP, as the protocol's {@code trace.proto} numbers the fields, and receives whatever else is posted. */
final class SpanCollector implements AutoCloseable {

    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FOUR_BYTES = 5;

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<String> exports = new CopyOnWriteArrayList<>();

    /** A span: its ids in hexadecimal, the parent's empty where there is none. */
    record Span(String traceId, String parentId, String name) {}

    private record Field(int number, byte[] bytes) {
        String hex() {
            return HexFormat.of().formatHex(bytes);
        }
    }

    SpanCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            try (exchange) {
                byte[] export = exchange.getRequestBody().readAllBytes();
                exports.add(new String(export, StandardCharsets.ISO_8859_1));
                for (byte[] resourceSpans : messages(export, 1)) {
                    for (byte[] scopeSpans : messages(resourceSpans, 2)) {
                        messages(scopeSpans, 2).forEach(span -> spans.add(span(span)));
                    }
                }
                exchange.sendResponseHeaders(200, -1);
            }
        });
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(204, -1);
            }
        });
        server.start();
    }

    private static Span span(byte[] span) {
        String traceId = "";
        String parentId = "";
        String name = "";
        for (Field field : fields(span)) {
            switch (field.number()) {
                case 1 -> traceId = field.hex();
                case 4 -> parentId = field.hex();
                case 5 -> name = new String(field.bytes(), StandardCharsets.UTF_8);
                default -> {
                    // Not what is looked for.
                }
            }
        }
        return new Span(traceId, parentId, name);
    }

    private static List<byte[]> messages(byte[] message, int number) {
        return fields(message).stream()
                .filter(field -> field.number() == number)
                .map(Field::bytes)
                .toList();
    }

    /** The fields that hold bytes, text or a message. */
    private static List<Field> fields(byte[] message) {
        ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        List<Field> fields = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int tag = (int) varint(bytes);
            switch (tag & 7) {
                case VARINT -> varint(bytes);
                case EIGHT_BYTES -> bytes.getLong();
                case FOUR_BYTES -> bytes.getInt();
                case LENGTH_DELIMITED -> {
                    byte[] value = new byte[(int) varint(bytes)];
                    bytes.get(value);
                    fields.add(new Field(tag >>> 3, value));
                }
                default -> throw new IllegalArgumentException("no field begins with " + tag);
            }
        }
        return fields;
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    List<Span> spans() {
        return List.copyOf(spans);
    }

    List<String> names() {
        return spans.stream().map(Span::name).toList();
    }

    /** Everything that was exported, a character for each byte. */
    String exported() {
        return String.join("", exports);
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
