package dev.agentkernel.core.auth;

import dev.agentkernel.core.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The one secret of a kernel, from which every key is derived by purpose (HMAC-SHA-256 over the purpose's name, as in NIST SP
 * 800-108 with a single block): whoever learns a derived key learns no other.
 */
public final class KernelSecret {

    /** The shortest secret that is accepted, in bytes: as strong as the digests it keys. */
    public static final int BYTES_MIN = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ByteString secret;

    /**
     * Takes a secret of at least {@link #BYTES_MIN} bytes.
     *
     * @throws IllegalArgumentException if it is shorter
     */
    public KernelSecret(ByteString secret) {
        if (secret.size() < BYTES_MIN) {
            throw new IllegalArgumentException(
                    "the kernel's secret has " + secret.size() + " bytes; at least " + BYTES_MIN + " are needed");
        }
        this.secret = secret;
    }

    /** A new secret from the system's secure random source. */
    public static ByteString generate() {
        byte[] bytes = new byte[BYTES_MIN];
        RANDOM.nextBytes(bytes);
        return ByteString.wrap(bytes);
    }

    /** The key for one purpose; the same purpose always gives the same key. */
    public KeyedDigest keyFor(String purpose) {
        byte[] derived = macOf(secret.unsafeArray()).doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        return new KeyedDigest(macOf(derived));
    }

    private static Mac macOf(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, missing);
        }
    }

    /** HMAC-SHA-256 under a derived key; safe for use by many threads. */
    public static final class KeyedDigest {

        private final Mac prototype;

        private KeyedDigest(Mac prototype) {
            this.prototype = prototype;
        }

        /** The digest of the bytes: 32 bytes. */
        public ByteString of(byte[] bytes) {
            try {
                return ByteString.wrap(((Mac) prototype.clone()).doFinal(bytes));
            } catch (CloneNotSupportedException impossible) {
                throw new IllegalStateException("the platform's HmacSHA256 can be cloned", impossible);
            }
        }

        /** The digest of a text in UTF-8. */
        public ByteString of(String text) {
            return of(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
