package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.storage.RateBudgetStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Budgets in an unlogged table, many in one round trip, by the clock of the database. Safe for use by many threads. */
final class PostgresRateBudgets implements RateBudgetStore, AutoCloseable {

    private static final String NOW = "(extract(epoch FROM clock_timestamp()) * 1000000000)::bigint";

    private static final String MAKE = """
            INSERT INTO rate_budgets (subject, category, full_at)
            SELECT DISTINCT subject, category, 0 FROM unnest(?::text[], ?::smallint[]) AS s (subject, category)
            ORDER BY subject, category ON CONFLICT DO NOTHING""";
    // In one order for everybody, so that no two wait for each other.
    private static final String LOCK = """
            SELECT 1 FROM rate_budgets b
            JOIN unnest(?::text[], ?::smallint[]) AS s (subject, category)
                ON b.subject = s.subject AND b.category = s.category
            ORDER BY b.subject, b.category FOR UPDATE OF b""";
    private static final String SPEND = """
            UPDATE rate_budgets b
            SET full_at = now + after + CASE WHEN after + wanted <= size THEN wanted ELSE 0 END
            FROM (
                SELECT s.*, clock.now, GREATEST(o.full_at - clock.now, 0) + s.spent AS after
                FROM unnest(?::text[], ?::smallint[], ?::bigint[], ?::bigint[], ?::bigint[])
                    AS s (subject, category, spent, wanted, size)
                JOIN rate_budgets o ON o.subject = s.subject AND o.category = s.category
                CROSS JOIN (SELECT NOW AS now) AS clock) AS c
            WHERE b.subject = c.subject AND b.category = c.category
            RETURNING b.subject, b.category, c.after""".replace("NOW AS", NOW + " AS");

    private static final int SETTLED_TOGETHER_MAX = 1_000;

    private final KeptConnection connection;
    private final IntSupplier sharers;
    private final ReentrantLock connectionLock = new ReentrantLock();
    private final Queue<Request> waiting = new ConcurrentLinkedQueue<>();

    /** Where a budget is kept. */
    private record Key(String subject, int category) {
        static Key of(Spending spending) {
            return new Key(spending.subject(), spending.category().ordinal());
        }
    }

    PostgresRateBudgets(CommitConnection.ConnectionSource source, IntSupplier sharers) {
        this.connection = new KeptConnection(source);
        this.sharers = sharers;
    }

    @Override
    public int sharers() {
        return sharers.getAsInt();
    }

    /** Whoever comes while another is at it waits, and is settled together with all who wait. */
    @Override
    public List<Standing> settle(List<Spending> spendings) {
        Request own = new Request(spendings);
        waiting.add(own);
        connectionLock.lock();
        try {
            // More than once, if a budget is twice among those who waited.
            while (own.standings == null) {
                settleWaiting();
            }
            return own.standings;
        } finally {
            waiting.remove(own);
            connectionLock.unlock();
        }
    }

    private void settleWaiting() {
        List<Request> together = new ArrayList<>();
        Set<Key> keys = new HashSet<>();
        List<Spending> spendings = new ArrayList<>();
        for (Request request : waiting) {
            List<Key> own = request.spendings.stream().map(Key::of).toList();
            boolean full = spendings.size() + own.size() > SETTLED_TOGETHER_MAX && !together.isEmpty();
            if (full || !Collections.disjoint(keys, own)) {
                continue;
            }
            keys.addAll(own);
            together.add(request);
            spendings.addAll(request.spendings);
        }
        Map<Key, Long> after = new HashMap<>();
        connection.run(() -> scriptFor(spendings, after));
        for (Request request : together) {
            waiting.remove(request);
            request.standings = request.spendings.stream()
                    .map(spending -> standing(spending, after))
                    .toList();
        }
    }

    /** What one caller waits for. */
    private static final class Request {
        private final List<Spending> spendings;
        private @Nullable List<Standing> standings;

        Request(List<Spending> spendings) {
            this.spendings = spendings;
        }
    }

    private static Script scriptFor(List<Spending> spendings, Map<Key, Long> after) {
        Object subjects = spendings.stream().map(Spending::subject).toArray(String[]::new);
        short[] categories = new short[spendings.size()];
        for (int i = 0; i < categories.length; i++) {
            categories[i] = (short) spendings.get(i).category().ordinal();
        }
        Script script = new Script();
        script.run(MAKE, subjects, categories);
        script.query(LOCK, row -> {}, subjects, categories);
        script.query(
                SPEND,
                row -> after.put(new Key(row.getString(1), row.getInt(2)), row.getLong(3)),
                subjects,
                categories,
                spendings.stream().mapToLong(Spending::spentNanos).toArray(),
                spendings.stream().mapToLong(Spending::wantedNanos).toArray(),
                spendings.stream().mapToLong(Spending::windowNanos).toArray());
        return script;
    }

    private static Standing standing(Spending spending, Map<Key, Long> after) {
        long nanos = after.getOrDefault(Key.of(spending), spending.spentNanos());
        boolean granted = nanos + spending.wantedNanos() <= spending.windowNanos();
        return new Standing(granted ? nanos + spending.wantedNanos() : nanos, granted);
    }

    @Override
    public void close() {
        connectionLock.lock();
        try {
            connection.close();
        } finally {
            connectionLock.unlock();
        }
    }
}
