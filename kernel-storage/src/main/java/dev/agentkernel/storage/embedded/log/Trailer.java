package dev.agentkernel.storage.embedded.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The line that commits a batch.
 *
 * @param batch the number of the batch, one more than that of the batch before
 * @param records how many record lines precede the trailer
 * @param bytes how many bytes they have, line feeds included
 * @param lastSeq the last public seq of the log once the batch is in it
 * @param checksum the CRC-32C of the record lines
 */
record Trailer(long batch, int records, long bytes, long lastSeq, int checksum) {

    /** No trailer is longer, line feed included. */
    static final int BYTES_MAX = 160;

    private static final byte[] PREFIX = "{\"batch\":".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern FORM = Pattern.compile("\\{\"batch\":([1-9][0-9]{0,18}),\"records\":([1-9][0-9]{0,9}),"
            + "\"bytes\":([1-9][0-9]{0,18}),\"lastSeq\":(0|[1-9][0-9]{0,18}),\"crc32c\":\"([0-9a-f]{8})\"}");

    /** Whether a line is meant as a trailer, readable or not; no record line begins like one. */
    static boolean isTrailer(byte[] bytes, int from, int length) {
        return length >= PREFIX.length && Arrays.equals(bytes, from, from + PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    /** Reads a trailer line (without its line feed); empty unless it is exactly as {@link #encode} writes it. */
    static Optional<Trailer> parse(byte[] bytes, int from, int length) {
        if (length >= BYTES_MAX) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(new String(bytes, from, length, StandardCharsets.ISO_8859_1));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Trailer(
                    Long.parseLong(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    Long.parseLong(matcher.group(3)),
                    Long.parseLong(matcher.group(4)),
                    Integer.parseUnsignedInt(matcher.group(5), 16)));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    /** The trailer as a line, line feed included. */
    byte[] encode() {
        String hex = Integer.toHexString(checksum);
        return ("{\"batch\":" + batch + ",\"records\":" + records + ",\"bytes\":" + bytes + ",\"lastSeq\":" + lastSeq
                        + ",\"crc32c\":\"" + "0".repeat(8 - hex.length()) + hex + "\"}\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
