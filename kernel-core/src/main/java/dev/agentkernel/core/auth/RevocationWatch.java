package dev.agentkernel.core.auth;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.agentkernel.core.storage.SharedCredentials;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows until when no credential had died unheard. A storage that several processes share counts the credentials that die;
 * whatever was remembered is good as long as that number stands. So a replaced token ends within {@link #TRUSTED_FOR} even
 * where no hint of it ever arrives, and also when whoever replaced it died before it could tell anybody.
 */
final class RevocationWatch {

    private static final Logger log = LoggerFactory.getLogger(RevocationWatch.class);

    /** How often to look. */
    static final Duration PERIOD = Duration.ofMillis(250);

    /** How long a look is good for: a second, less what a read takes that began within it. */
    static final Duration TRUSTED_FOR = Duration.ofMillis(900);

    private final SharedCredentials credentials;
    private final Runnable onUnheard;
    private final Ticker ticker;
    private long ended = -1;
    private volatile long lookedAtNanos;
    private volatile boolean looked;

    /**
     * Makes a watch that trusts nothing before its first look.
     *
     * @param onUnheard told when credentials died, and not which
     */
    RevocationWatch(SharedCredentials credentials, Runnable onUnheard, Ticker ticker) {
        this.credentials = credentials;
        this.onUnheard = onUnheard;
        this.ticker = ticker;
    }

    /** Looks; for one thread. */
    void runOnce() {
        long beforeNanos = ticker.read();
        long now;
        try {
            now = credentials.ended();
        } catch (StorageException away) {
            log.debug("Nobody knows at present whether credentials died", away);
            return;
        }
        if (now != ended) {
            boolean first = ended < 0;
            ended = now;
            if (!first) {
                onUnheard.run();
            }
        }
        lookedAtNanos = beforeNanos;
        looked = true;
    }

    /** Whether what is remembered may be gone by. */
    boolean isCurrent() {
        return looked && ticker.read() - lookedAtNanos <= TRUSTED_FOR.toNanos();
    }
}
