package dev.agentkernel.core.verification;

import dev.agentkernel.core.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** The {@code pipeline} challenge: eight text operations on a seed, trivial for a program and tedious for a person. */
final class PipelineTask {

    static final int OPERATIONS = 8;

    private static final int SEED_BYTES = 16;
    private static final List<String> ALWAYS_POSSIBLE = List.of(
            "reverse",
            "base64_encode",
            "hex_encode",
            "sha256",
            "uppercase",
            "lowercase",
            "rot13",
            "prepend:",
            "append:");

    private PipelineTask() {}

    /** The task that belongs to 32 derived bytes, always the same. */
    static Challenge.Task.Pipeline from(ByteString derived) {
        byte[] bytes = derived.unsafeArray();
        String seed = HexFormat.of().formatHex(Arrays.copyOf(bytes, SEED_BYTES));
        SplittableRandom choices = new SplittableRandom(ByteBuffer.wrap(bytes).getLong(SEED_BYTES));
        List<String> operations = new ArrayList<>(OPERATIONS);
        while (operations.size() < OPERATIONS) {
            operations.add(nextOperation(operations, choices));
        }
        return new Challenge.Task.Pipeline(seed, operations);
    }

    private static String nextOperation(List<String> before, SplittableRandom choices) {
        // Decoding is possible only where the text is known to be Base64 of a text.
        boolean decodable = !before.isEmpty() && before.getLast().equals("base64_encode");
        if (decodable && choices.nextInt(3) == 0) {
            return "base64_decode";
        }
        String operation = ALWAYS_POSSIBLE.get(choices.nextInt(ALWAYS_POSSIBLE.size()));
        return operation.endsWith(":") ? operation + Integer.toHexString(choices.nextInt(0x1000, 0x10000)) : operation;
    }

    /** The one right answer. */
    static String solve(Challenge.Task.Pipeline task) {
        String text = task.seed();
        for (String operation : task.operations()) {
            text = apply(operation, text);
        }
        return text;
    }

    private static String apply(String operation, String text) {
        int colon = operation.indexOf(':');
        String name = colon < 0 ? operation : operation.substring(0, colon);
        String value = operation.substring(colon + 1);
        return switch (name) {
            case "reverse" -> new StringBuilder(text).reverse().toString();
            case "base64_encode" -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
            case "base64_decode" -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
            case "hex_encode" -> HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
            case "sha256" -> HexFormat.of().formatHex(sha256(text.getBytes(StandardCharsets.UTF_8)));
            case "uppercase" -> text.toUpperCase(Locale.ROOT);
            case "lowercase" -> text.toLowerCase(Locale.ROOT);
            case "rot13" -> rot13(text);
            case "prepend" -> value + text;
            case "append" -> text + value;
            default -> throw new IllegalStateException("operation " + operation + " was never issued");
        };
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }

    private static String rot13(String text) {
        StringBuilder rotated = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter >= 'a' && letter <= 'z') {
                rotated.append((char) ('a' + (letter - 'a' + 13) % 26));
            } else if (letter >= 'A' && letter <= 'Z') {
                rotated.append((char) ('A' + (letter - 'A' + 13) % 26));
            } else {
                rotated.append(letter);
            }
        }
        return rotated.toString();
    }
}
