package dev.agentkernel.core.auth;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.KernelSecret.KeyedDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Makes tokens and addresses, and digests tokens. A token carries 256 random bits, so its digest needs no slow hash: HMAC-SHA-256
 * under the kernel's key, which makes a stolen table of digests useless.
 */
public final class Tokens {

    /** What an operator's key begins with. */
    public static final String OPERATOR_PREFIX = "sk_live_";

    /** What an agent's token begins with. */
    public static final String AGENT_PREFIX = "at_live_";

    /** What an agent's address begins with. */
    public static final String ADDRESS_PREFIX = "tab_";

    private static final int TOKEN_BYTES = 32;
    private static final int ADDRESS_CHARACTERS = 20;
    private static final String ADDRESS_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyedDigest digest;

    public Tokens(KernelSecret secret) {
        this.digest = secret.keyFor("token-digest");
    }

    /** A new operator key; shown once, kept only as its digest. */
    public String newOperatorKey() {
        return OPERATOR_PREFIX + randomHex();
    }

    /** A new agent token; shown once, kept only as its digest. */
    public String newAgentToken() {
        return AGENT_PREFIX + randomHex();
    }

    /** A new agent address: 103 random bits, so that two never meet. */
    public String newAddress() {
        StringBuilder address = new StringBuilder(ADDRESS_PREFIX);
        for (int i = 0; i < ADDRESS_CHARACTERS; i++) {
            address.append(ADDRESS_ALPHABET.charAt(RANDOM.nextInt(ADDRESS_ALPHABET.length())));
        }
        return address.toString();
    }

    /**
     * Whether a text has the form of an agent's address: the prefix and 20 lower-case letters or digits. What has not is nobody's
     * address, and needs no look-up.
     */
    public static boolean isAddress(String text) {
        if (text.length() != ADDRESS_PREFIX.length() + ADDRESS_CHARACTERS || !text.startsWith(ADDRESS_PREFIX)) {
            return false;
        }
        for (int i = ADDRESS_PREFIX.length(); i < text.length(); i++) {
            char character = text.charAt(i);
            if (!(character >= 'a' && character <= 'z' || character >= '0' && character <= '9')) {
                return false;
            }
        }
        return true;
    }

    /** The digest under which a token is kept. */
    public ByteString digestOf(String token) {
        return digest.of(token);
    }

    /** Whether a text has the form of a token with the given prefix: the prefix and 64 lower-case hexadecimal digits. */
    public static boolean isWellFormed(String token, String prefix) {
        if (token.length() != prefix.length() + 2 * TOKEN_BYTES || !token.startsWith(prefix)) {
            return false;
        }
        for (int i = prefix.length(); i < token.length(); i++) {
            char digit = token.charAt(i);
            if (!(digit >= '0' && digit <= '9' || digit >= 'a' && digit <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static String randomHex() {
        byte[] bytes = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
