package dev.agentkernel.storage.postgres;

import java.time.Duration;

/** Whether this process hears its own notifications: if not, it hears nobody's. Safe for use by several threads. */
final class OwnEcho {

    private long sent;
    private long heard;
    private long unheardSinceNanos;

    /** The next number to send under. */
    synchronized long next() {
        return sent + 1;
    }

    /** A notification was committed. */
    synchronized void sent(long number, long nowNanos) {
        if (heard >= sent) {
            unheardSinceNanos = nowNanos;
        }
        sent = number;
    }

    /** It came back. */
    synchronized void heard(long number) {
        heard = Math.max(heard, number);
    }

    /** The connection that is listening was replaced: what was sent before cannot come any more. */
    synchronized void startOver() {
        heard = sent;
    }

    /** For how long a notification has been out that did not come back. */
    synchronized Duration silence(long nowNanos) {
        return heard >= sent ? Duration.ZERO : Duration.ofNanos(nowNanos - unheardSinceNanos);
    }
}
