package dev.agentkernel.storage.embedded;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that moves only when a test moves it, also backwards. */
final class SettableClock implements InstantSource {

    static final Instant START = Instant.parse("2026-01-02T03:04:05.678901Z");

    private volatile Instant now = START;

    @Override
    public Instant instant() {
        return now;
    }

    void move(Duration by) {
        now = now.plus(by);
    }
}
