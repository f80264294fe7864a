package dev.agentkernel.webhooks.delivery;

import java.time.Duration;
import java.util.List;

/** Learns what becomes of attempts, on the thread that made them: must be quick and must not throw. */
public interface DeliveryListener {

    /** Does nothing. */
    DeliveryListener NONE = (outcome, took) -> {};

    /** How an attempt ended for its message. */
    enum Outcome {
        /** Answered 2xx. */
        DELIVERED,
        /** Failed; another attempt follows. */
        RETRIED,
        /** Failed for the last time, or the circuit opened: the message waits to be pulled. */
        HANDED_OVER,
        /** Answered 410: the webhook is off. */
        TURNED_OFF
    }

    /** An attempt ended and was settled. */
    void attempted(Outcome outcome, Duration took);

    /** Tells each of several listeners, in order. */
    static DeliveryListener all(List<DeliveryListener> listeners) {
        List<DeliveryListener> copy = List.copyOf(listeners);
        return (outcome, took) -> copy.forEach(listener -> listener.attempted(outcome, took));
    }
}
