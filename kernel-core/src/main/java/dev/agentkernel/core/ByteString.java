package dev.agentkernel.core;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bytes that never change after construction; equal by content, ordered as unsigned bytes (the order of UTF-8). */
public final class ByteString implements Comparable<ByteString> {

    public static final ByteString EMPTY = new ByteString(new byte[0]);

    private final byte[] bytes;
    private int hash;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes the array over without a copy: the caller must never change it again. */
    public static ByteString wrap(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new ByteString(bytes);
    }

    /** The UTF-8 form of a text, or nothing when it holds a lone surrogate, which UTF-8 cannot say. */
    public static Optional<ByteString> ofUtf8(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (!hasSurrogate(text)) {
            return Optional.of(wrap(encoded));
        }
        try {
            ByteBuffer strict = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(text));
            byte[] exact = new byte[strict.remaining()];
            strict.get(exact);
            return Optional.of(wrap(exact));
        } catch (CharacterCodingException loneSurrogate) {
            return Optional.empty();
        }
    }

    private static boolean hasSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Parses lower- or upper-case hexadecimal digits. */
    public static ByteString ofHex(String hex) {
        return wrap(HexFormat.of().parseHex(hex));
    }

    public int size() {
        return bytes.length;
    }

    /** The bytes themselves, without a copy: the caller must not change them. */
    public byte[] unsafeArray() {
        return bytes;
    }

    public String toHex() {
        return HexFormat.of().formatHex(bytes);
    }

    public String toUtf8() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Compares in a time that depends on the lengths alone. */
    public boolean equalsInConstantTime(ByteString other) {
        return MessageDigest.isEqual(bytes, other.bytes);
    }

    @Override
    public int compareTo(ByteString other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ByteString that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        int known = hash;
        if (known == 0) {
            known = Arrays.hashCode(bytes);
            hash = known;
        }
        return known;
    }

    /** The length alone: contents and digests have no place in a log. */
    @Override
    public String toString() {
        return "ByteString[" + bytes.length + " bytes]";
    }
}
