package dev.agentkernel.storage.postgres;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Writes rows as PostgreSQL's COPY reads them: a line for each, values separated by tabs, \N for NULL. */
final class CopyLines {

    private static final byte[] NULL = {'\\', 'N'};

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);

    /** Adds a row of values: numbers, truth values, texts, bytes, UUIDs and times with their zone. */
    void add(@Nullable Object... values) {
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                bytes.write('\t');
            }
            append(values[i]);
        }
        bytes.write('\n');
    }

    private void append(@Nullable Object value) {
        switch (value) {
            case null -> bytes.writeBytes(NULL);
            // The backslash of a bytea's hexadecimal form is itself escaped.
            case byte[] binary -> ascii("\\\\x" + HexFormat.of().formatHex(binary));
            case String text -> escaped(text);
            default -> ascii(value.toString());
        }
    }

    private void ascii(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void escaped(String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            switch (b) {
                case '\\' -> ascii("\\\\");
                case '\t' -> ascii("\\t");
                case '\n' -> ascii("\\n");
                case '\r' -> ascii("\\r");
                default -> bytes.write(b);
            }
        }
    }

    /** How many bytes wait to be taken. */
    int size() {
        return bytes.size();
    }

    /** Takes what was written. */
    byte[] take() {
        byte[] taken = bytes.toByteArray();
        bytes.reset();
        return taken;
    }
}
