package dev.agentkernel.api.docs;

import dev.agentkernel.core.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.springframework.http.MediaType;

/**
 * A file of the documentation, read once and held in memory. Equal content has an equal entity tag, on every replica and
 * after every restart.
 */
record DocumentationFile(MediaType type, ByteString content, String entityTag) {

    /** Hex digits of SHA-256 in an entity tag: 128 bits are ample to tell versions apart. */
    private static final int ENTITY_TAG_DIGITS = 32;

    static DocumentationFile of(MediaType type, byte[] content) {
        String digest = HexFormat.of().formatHex(sha256(content));
        return new DocumentationFile(
                type, ByteString.wrap(content), '"' + digest.substring(0, ENTITY_TAG_DIGITS) + '"');
    }

    /** Reads a class path resource; it is part of this module, so its absence is a bug of the build. */
    static DocumentationFile read(MediaType type, String resource) {
        try (InputStream input = DocumentationFile.class.getResourceAsStream(resource)) {
            if (input == null) {
                throw new IllegalStateException("The class path has no " + resource + "; the build left it out.");
            }
            return of(type, input.readAllBytes());
        } catch (IOException failure) {
            throw new UncheckedIOException("Cannot read " + resource + " from the class path.", failure);
        }
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256.", impossible);
        }
    }
}
