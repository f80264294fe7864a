package dev.agentkernel.core.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.agentkernel.core.limits.RateLimitSettings.Budget;
import dev.agentkernel.core.storage.RateBudgetStore;
import dev.agentkernel.core.storage.RateBudgetStore.Spending;
import dev.agentkernel.core.storage.RateBudgetStore.Standing;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits that hold over all processes of a cluster together, to a tenth: each counts by itself, and writes down a few times in a
 * second what it has counted. In between it counts no more than its share of a tenth of the budget; whoever comes faster waits
 * for the storage once per share. A process that is alone writes down once in a while and waits for nothing.
 */
public final class SharedRateLimits implements RateLimits {

    private static final Logger log = LoggerFactory.getLogger(SharedRateLimits.class);

    /** How often to call {@link #settleOnce}. */
    public static final Duration PERIOD = Duration.ofMillis(200);

    /** By so much may all processes together exceed a limit, as a part of it. */
    static final double EXCESS = 0.1;

    private static final int BUCKETS_MAX = 400_000;
    private static final int SETTLED_TOGETHER_MAX = 500;

    /** A process that is alone settles in every so many rounds. */
    private static final int ROUNDS_ALONE = 10;

    private final RateLimitSettings settings;
    private final RateBudgetStore store;
    private final Ticker ticker;
    private final Verdicts verdicts;
    private final Cache<BucketName, SharedBucket> buckets;
    private final Set<SharedBucket> unsettled = ConcurrentHashMap.newKeySet();
    private int rounds;

    private record BucketName(String subject, RateCategory category) {}

    /** Makes limits that know of nothing that was spent yet. */
    public SharedRateLimits(RateLimitSettings settings, RateBudgetStore store, InstantSource clock, Ticker ticker) {
        this.settings = settings;
        this.store = store;
        this.ticker = ticker;
        this.verdicts = new Verdicts(settings, clock);
        Duration longest = settings.budgets().values().stream()
                .map(Budget::window)
                .max(Duration::compareTo)
                .orElseThrow();
        this.buckets = Caffeine.newBuilder()
                .maximumSize(BUCKETS_MAX)
                .expireAfterAccess(longest)
                .ticker(ticker)
                .build();
    }

    @Override
    public RateVerdict count(String subject, RateCategory category) {
        SharedBucket bucket = buckets.get(
                new BucketName(subject, category),
                name -> new SharedBucket(subject, category, settings.budgetOf(category), ticker.read()));
        int sharers = store.sharers();
        long share = sharers == 1
                ? Long.MAX_VALUE
                : (long) (EXCESS * settings.budgetOf(category).requests() / sharers);
        bucket.lock();
        try {
            if (bucket.uncounted() < share || !bucket.fits(ticker.read())) {
                return countAlone(bucket);
            }
            return countTogether(bucket);
        } finally {
            bucket.unlock();
        }
    }

    private RateVerdict countAlone(SharedBucket bucket) {
        long now = ticker.read();
        boolean allowed = bucket.fits(now);
        if (allowed) {
            bucket.count(now);
            unsettled.add(bucket);
        }
        return verdictOf(bucket, allowed, now);
    }

    /** The only place where a request waits for the storage; when that is away, what is known here must do. */
    private RateVerdict countTogether(SharedBucket bucket) {
        Spending spending = bucket.spending(true);
        try {
            Standing standing = store.settle(List.of(spending)).getFirst();
            long now = ticker.read();
            bucket.settled(standing, now);
            return verdictOf(bucket, standing.granted(), now);
        } catch (StorageException away) {
            log.debug("Budgets are not shared at present", away);
            return countAlone(bucket);
        }
    }

    private RateVerdict verdictOf(SharedBucket bucket, boolean allowed, long now) {
        return verdicts.of(bucket.category(), allowed, bucket.nanosToFull(now), allowed ? 0 : bucket.nanosToNext(now));
    }

    /** One round of writing down what was counted; for one thread. Returns how many budgets that were. */
    public int settleOnce() {
        rounds++;
        if (store.sharers() == 1 && rounds % ROUNDS_ALONE != 0) {
            return 0;
        }
        int settled = 0;
        List<SharedBucket> group = new ArrayList<>();
        for (SharedBucket bucket : List.copyOf(unsettled)) {
            unsettled.remove(bucket);
            group.add(bucket);
            if (group.size() == SETTLED_TOGETHER_MAX) {
                settled += settle(group);
                group.clear();
            }
        }
        return settled + settle(group);
    }

    private int settle(List<SharedBucket> group) {
        if (group.isEmpty()) {
            return 0;
        }
        List<Spending> spendings = new ArrayList<>();
        group.forEach(bucket -> spendings.add(bucket.beginSettling()));
        try {
            List<Standing> standings = store.settle(spendings);
            long now = ticker.read();
            for (int i = 0; i < group.size(); i++) {
                group.get(i).endSettling(standings.get(i), now);
            }
            return group.size();
        } catch (StorageException away) {
            log.debug("Budgets are not shared at present", away);
            group.forEach(SharedBucket::giveUpSettling);
            unsettled.addAll(group);
            return 0;
        }
    }
}
