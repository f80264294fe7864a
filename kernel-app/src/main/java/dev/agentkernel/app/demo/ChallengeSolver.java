package dev.agentkernel.app.demo;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Answers challenges as a client would that has read nothing but the contract. */
public final class ChallengeSolver {

    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz";

    private ChallengeSolver() {}

    /** The response to a challenge of any kind, as the kernel's answer holds it. */
    public static String solve(JsonNode challenge) {
        JsonNode data = challenge.path("challenge_data");
        return switch (challenge.path("challenge_type").asString("")) {
            case "stub" -> "any";
            case "pipeline" -> pipeline(data);
            case "proof_of_work" ->
                work(data.path("prefix").asString(""), data.path("difficulty").asInt(0));
            default ->
                throw new DemoFailedException(
                        "The kernel sets a challenge that the demo does not know: "
                                + challenge.path("challenge_type").asString(""),
                        null);
        };
    }

    private static String pipeline(JsonNode data) {
        String text = data.path("seed").asString("");
        for (JsonNode operation : data.path("operations")) {
            text = apply(operation.path("op").asString(""), text);
        }
        return text;
    }

    private static String apply(String operation, String text) {
        if (operation.startsWith("prepend:")) {
            return operation.substring("prepend:".length()) + text;
        }
        if (operation.startsWith("append:")) {
            return text + operation.substring("append:".length());
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return switch (operation) {
            case "reverse" -> new StringBuilder(text).reverse().toString();
            case "base64_encode" -> Base64.getEncoder().encodeToString(bytes);
            case "base64_decode" -> new String(Base64.getDecoder().decode(bytes), StandardCharsets.UTF_8);
            case "hex_encode" -> HexFormat.of().formatHex(bytes);
            case "sha256" -> HexFormat.of().formatHex(sha256(text));
            case "uppercase" -> text.toUpperCase(Locale.ROOT);
            case "lowercase" -> text.toLowerCase(Locale.ROOT);
            case "rot13" -> rot13(text);
            default -> throw new DemoFailedException("The demo does not know the operation " + operation, null);
        };
    }

    private static String rot13(String text) {
        StringBuilder rotated = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            int at = ALPHABET.indexOf(Character.toLowerCase(letter));
            char turned = at < 0 ? letter : ALPHABET.charAt((at + 13) % ALPHABET.length());
            rotated.append(Character.isUpperCase(letter) ? Character.toUpperCase(turned) : turned);
        }
        return rotated.toString();
    }

    private static String work(String prefix, int difficulty) {
        int nonce = 0;
        while (!isWork(prefix, Integer.toString(nonce), difficulty)) {
            nonce++;
        }
        return Integer.toString(nonce);
    }

    /** Whether the hash, as a number of 256 bits, has so many leading zeros. */
    public static boolean isWork(String prefix, String response, int difficulty) {
        return new BigInteger(1, sha256(prefix + response)).bitLength() <= 256 - difficulty;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256.", impossible);
        }
    }
}
