package dev.agentkernel.core.verification;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;

/** Solves pipelines as a client would, from the contract's page alone: it shares no line with the kernel. */
final class PipelineSolver {

    private PipelineSolver() {}

    static String solve(String seed, List<String> operations) {
        String text = seed;
        for (String operation : operations) {
            text = apply(operation, text);
        }
        return text;
    }

    private static String apply(String operation, String text) {
        if (operation.startsWith("prepend:")) {
            return operation.replaceFirst("^prepend:", "") + text;
        }
        if (operation.startsWith("append:")) {
            return text + operation.replaceFirst("^append:", "");
        }
        return switch (operation) {
            case "reverse" -> reversed(text);
            case "base64_encode" -> new String(Base64.getEncoder().encode(ascii(text)), StandardCharsets.US_ASCII);
            case "base64_decode" -> new String(Base64.getMimeDecoder().decode(text), StandardCharsets.US_ASCII);
            case "hex_encode" -> hex(ascii(text));
            case "sha256" -> hex(sha256(ascii(text)));
            case "uppercase" -> shifted(text, 'a', 'z', 'A' - 'a');
            case "lowercase" -> shifted(text, 'A', 'Z', 'a' - 'A');
            case "rot13" -> rot13(text);
            default -> throw new IllegalArgumentException("the contract knows no operation " + operation);
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String reversed(String text) {
        StringBuilder reversed = new StringBuilder();
        text.chars().forEach(character -> reversed.insert(0, (char) character));
        return reversed.toString();
    }

    private static String shifted(String text, char first, char last, int by) {
        StringBuilder shifted = new StringBuilder();
        text.chars()
                .forEach(character ->
                        shifted.append((char) (character >= first && character <= last ? character + by : character)));
        return shifted.toString();
    }

    private static String rot13(String text) {
        String from = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        String to = "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM";
        StringBuilder rotated = new StringBuilder();
        text.chars().forEach(character -> {
            int at = from.indexOf(character);
            rotated.append(at < 0 ? (char) character : to.charAt(at));
        });
        return rotated.toString();
    }

    private static String hex(byte[] bytes) {
        ByteArrayOutputStream withOne = new ByteArrayOutputStream();
        withOne.write(1);
        withOne.writeBytes(bytes);
        return new BigInteger(withOne.toByteArray()).toString(16).substring(1);
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (java.security.NoSuchAlgorithmException missing) {
            throw new AssertionError(missing);
        }
    }
}
