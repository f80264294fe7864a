package dev.agentkernel.bench.soak;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** What happens when: samples, lines of progress, kills, and restarts of the database half-way between two kills. */
final class Timetable {

    /** What happens. */
    enum What {
        SAMPLE,
        MINUTE,
        KILL,
        DATABASE_RESTART,
        END
    }

    /** One thing and its time since the load began. */
    record Entry(Duration at, What what) {}

    private final Deque<Entry> entries;

    Timetable(Duration time, Duration killEvery, int databaseRestarts) {
        List<Entry> all = new ArrayList<>();
        Duration minute = Duration.ofMinutes(1);
        for (Duration at = SoakSettings.SAMPLE_EVERY; at.compareTo(time) < 0; at = at.plus(SoakSettings.SAMPLE_EVERY)) {
            all.add(new Entry(at, at.toMillis() % minute.toMillis() == 0 ? What.MINUTE : What.SAMPLE));
        }
        long kills = time.dividedBy(killEvery);
        // The last kernel lives to the end, so that something is left to look at.
        Duration shift = time.minus(killEvery.multipliedBy(kills)).isZero() ? killEvery.dividedBy(2) : Duration.ZERO;
        for (long kill = 1; kill <= kills; kill++) {
            all.add(new Entry(killEvery.multipliedBy(kill).minus(shift), What.KILL));
        }
        for (int restart = 1; restart <= databaseRestarts; restart++) {
            long before = kills * restart / (databaseRestarts + 1);
            all.add(new Entry(
                    killEvery.multipliedBy(before).minus(shift).plus(killEvery.dividedBy(2)), What.DATABASE_RESTART));
        }
        all.sort(Comparator.comparing(Entry::at));
        all.add(new Entry(time, What.END));
        entries = new ArrayDeque<>(all);
    }

    /** The next thing; the last is {@link What#END}. */
    Entry next() {
        return entries.remove();
    }
}
