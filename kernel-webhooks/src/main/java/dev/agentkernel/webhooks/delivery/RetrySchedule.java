package dev.agentkernel.webhooks.delivery;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** When the next attempt is made: after the schedule's wait, made a little uneven, or what the receiver asks for if that is longer. */
final class RetrySchedule {

    private static final int SECONDS_DIGITS_MAX = 9;

    private final DeliverySettings settings;
    private final DoubleSupplier random;

    /**
     * Makes a schedule.
     *
     * @param random gives numbers from 0 to 1
     */
    RetrySchedule(DeliverySettings settings, DoubleSupplier random) {
        this.settings = settings;
        this.random = random;
    }

    /**
     * How long to wait after a failed attempt; nothing when it was the last.
     *
     * @param attempt the number of the attempt that failed, from 1
     * @param retryAfter the receiver's field as it stood
     */
    Optional<Duration> afterAttempt(int attempt, @Nullable String retryAfter, Instant now) {
        if (attempt > settings.retries().size()) {
            return Optional.empty();
        }
        Duration planned = uneven(settings.retries().get(attempt - 1));
        Duration asked = retryAfter == null ? Duration.ZERO : asked(retryAfter, now);
        Duration allowed = asked.compareTo(settings.retryAfterMax()) > 0 ? settings.retryAfterMax() : asked;
        return Optional.of(allowed.compareTo(planned) > 0 ? allowed : planned);
    }

    private Duration uneven(Duration wait) {
        double factor = 1 + settings.jitter() * (2 * random.getAsDouble() - 1);
        return Duration.ofNanos((long) (wait.toNanos() * factor));
    }

    /** Seconds or a date (RFC 9110, section 10.2.3); anything else asks for nothing. */
    private static Duration asked(String retryAfter, Instant now) {
        if (!retryAfter.isEmpty() && retryAfter.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            boolean readable = retryAfter.length() <= SECONDS_DIGITS_MAX;
            return readable ? Duration.ofSeconds(Long.parseLong(retryAfter)) : Duration.ofSeconds(Integer.MAX_VALUE);
        }
        try {
            Instant date = ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Duration.between(now, date);
        } catch (DateTimeException unreadable) {
            return Duration.ZERO;
        }
    }
}
