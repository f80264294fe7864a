package dev.agentkernel.storage.records;

import dev.agentkernel.core.webhooks.WebhookAttempt;
import dev.agentkernel.core.webhooks.WebhookHealth;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The last attempts at an endpoint as one short text, a line each: time, status, outcome, message; no more than are remembered. */
public final class AttemptLines {

    private AttemptLines() {}

    /** The text; {@code null} when there were no attempts. */
    public static @Nullable String write(List<WebhookAttempt> attempts) {
        return attempts.isEmpty()
                ? null
                : attempts.stream().map(AttemptLines::line).collect(Collectors.joining("\n"));
    }

    private static String line(WebhookAttempt attempt) {
        return attempt.at() + " " + attempt.status() + " " + attempt.outcome() + " " + attempt.messageId();
    }

    /**
     * The attempts of a text.
     *
     * @throws IllegalArgumentException if it is not one that was written here
     */
    public static List<WebhookAttempt> read(@Nullable String lines) {
        return lines == null
                ? List.of()
                : lines.lines()
                        .limit(WebhookHealth.ATTEMPTS_MAX)
                        .map(AttemptLines::attempt)
                        .toList();
    }

    private static WebhookAttempt attempt(String line) {
        String[] parts = line.split(" ", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("not an attempt at a webhook: " + line);
        }
        try {
            return new WebhookAttempt(
                    Instant.parse(parts[0]), UUID.fromString(parts[3]), Integer.parseInt(parts[1]), parts[2]);
        } catch (DateTimeException noTime) {
            throw new IllegalArgumentException("not an attempt at a webhook: " + line, noTime);
        }
    }
}
