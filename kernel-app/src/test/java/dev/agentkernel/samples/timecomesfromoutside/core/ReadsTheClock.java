package dev.agentkernel.samples.timecomesfromoutside.core;

import java.time.Instant;

record ReadsTheClock() {
    static Instant read() {
        return Instant.now();
    }
}
