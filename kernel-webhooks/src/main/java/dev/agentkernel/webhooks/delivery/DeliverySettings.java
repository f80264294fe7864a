package dev.agentkernel.webhooks.delivery;

import java.time.Duration;
import java.util.List;

/**
 * The policy of delivery.
 *
 * @param concurrentMax most deliveries under way at once in this process, without the slow ones
 * @param perHostMax most to one host, slow or not
 * @param operatorPercentage of the places for a kind of endpoints, the part that one operator's may take up; from 1 to 100
 * @param slowAfter how long an exchange may last before it goes on beside those that count for the first
 * @param slowMax most deliveries that are under way in this manner; beyond it they count as the others do
 * @param retries how long to wait before each further attempt; as many attempts follow the first
 * @param jitter the part by which each wait is made longer or shorter at random, from 0 to 1
 * @param retryAfterMax the longest wait that a receiver may ask for
 * @param failuresToOpen failures in a row after which nothing is pushed to an endpoint for a while
 * @param openFor how long that is, before a single message is tried again
 * @param lookEvery how often everything that waits is looked through, should every hint be lost
 * @param stopWithin how long a stop waits for deliveries that are under way
 */
public record DeliverySettings(
        int concurrentMax,
        int perHostMax,
        int operatorPercentage,
        Duration slowAfter,
        int slowMax,
        List<Duration> retries,
        double jitter,
        Duration retryAfterMax,
        int failuresToOpen,
        Duration openFor,
        Duration lookEvery,
        Duration stopWithin) {

    /** Keeps a copy of the waits. */
    public DeliverySettings {
        retries = List.copyOf(retries);
    }

    /** The contract's defaults. */
    public static DeliverySettings defaults() {
        return new DeliverySettings(
                100,
                4,
                50,
                Duration.ofSeconds(1),
                400,
                List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4)),
                0.2,
                Duration.ofMinutes(5),
                5,
                Duration.ofMinutes(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10));
    }
}
