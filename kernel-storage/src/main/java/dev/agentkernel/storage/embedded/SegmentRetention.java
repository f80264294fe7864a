package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.storage.embedded.log.Position;
import dev.agentkernel.storage.embedded.log.SegmentLog;
import dev.agentkernel.storage.embedded.log.SegmentSummary;
import dev.agentkernel.storage.records.EventReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes whole segments of the event log once every event in them is past the retention, counted in days of UTC; a segment is
 * followed by the next at the end of its day. Stays: what the projector has not counted, what comes after the oldest message that
 * is not delivered, what is not in a snapshot of the tables, and the last segment.
 */
final class SegmentRetention implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SegmentRetention.class);

    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

    /** The first event that something still needs. */
    private static final String FIRST_NEEDED = """
            SELECT LEAST(COALESCE((SELECT MIN(seq) FROM messages), 9223372036854775807),
                (SELECT last_seq + 1 FROM activity_position WHERE id = 1))""";

    private final H2Database database;
    private final LiveTables tables;
    private final SegmentLog segments;
    private final SpaceWatch space;
    private final InstantSource clock;
    private final int days;
    private boolean wantsRoom;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("kernel-log-retention").daemon().unstarted(task));

    /**
     * Makes the keeper, which does nothing until {@link #start}.
     *
     * @param days that events are kept; 0 for ever
     */
    SegmentRetention(
            H2Database database,
            LiveTables tables,
            SegmentLog segments,
            SpaceWatch space,
            InstantSource clock,
            int days) {
        this.database = database;
        this.tables = tables;
        this.segments = segments;
        this.space = space;
        this.clock = clock;
        this.days = days;
    }

    /** Begins to look once a minute, if events are not kept for ever. */
    void start() {
        if (days == 0) {
            return;
        }
        var unused = thread.scheduleWithFixedDelay(
                this::tryOnce, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tryOnce() {
        try {
            runOnce();
        } catch (IOException | RuntimeException failed) {
            log.warn("Old events could not be dropped; it is tried again in {}", PERIOD, failed);
        }
    }

    /** One round; returns the files that were deleted. */
    List<Path> runOnce() throws IOException {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        List<SegmentSummary> held = segments.segments();
        if (held.isEmpty()) {
            return List.of();
        }
        endSegmentOfEarlierDay(held.getLast(), today);
        long firstKept = Math.min(firstKept(held, startOf(today.minusDays(days))), firstNeeded());
        boolean nothingToDrop = held.size() < 2 || held.get(1).firstSeq() > firstKept;
        return nothingToDrop ? List.of() : dropBefore(firstKept, held.getFirst());
    }

    private List<Path> dropBefore(long firstKept, SegmentSummary oldest) throws IOException {
        if (!hasRoomForSnapshot(oldest)) {
            return List.of();
        }
        Optional<Position> snapshot = tables.takeSnapshot();
        if (snapshot.isEmpty()) {
            return List.of();
        }
        List<Path> dropped = segments.dropSegmentsBefore(snapshot.get(), firstKept);
        if (!dropped.isEmpty()) {
            log.info(
                    "Dropped {} files of events that are older than {} days, up to {}",
                    dropped.size(),
                    days,
                    dropped.getLast().getFileName());
        }
        return dropped;
    }

    private boolean hasRoomForSnapshot(SegmentSummary oldest) throws IOException {
        long bytes = Files.size(database.file());
        boolean hasRoom = space.hasRoomFor(bytes);
        if (!hasRoom && !wantsRoom) {
            log.warn(
                    "{} is past the retention and stays: dropping it takes a snapshot of the tables, for which there are not"
                            + " {} bytes on the disk beyond the reserve",
                    oldest.file(),
                    bytes);
        }
        wantsRoom = !hasRoom;
        return hasRoom;
    }

    /** A segment that goes on for days would keep the first of them for as long as the last. */
    private void endSegmentOfEarlierDay(SegmentSummary last, LocalDate today) throws IOException {
        Optional<Instant> first = timeOfEventFrom(last.firstSeq());
        if (first.isPresent() && first.get().isBefore(startOf(today))) {
            tables.hold();
            try {
                segments.endSegment();
            } finally {
                tables.release();
            }
        }
    }

    private static Instant startOf(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** Times never decrease along the log: a segment is as old as its last event. */
    private long firstKept(List<SegmentSummary> held, Instant limit) throws IOException {
        long firstKept = held.getFirst().firstSeq();
        for (SegmentSummary next : held.subList(1, held.size())) {
            Optional<Instant> time = timeOfEventFrom(next.firstSeq() - 1);
            if (time.isEmpty() || !time.get().isBefore(limit)) {
                break;
            }
            firstKept = next.firstSeq();
        }
        return firstKept;
    }

    private Optional<Instant> timeOfEventFrom(long seq) throws IOException {
        AtomicReference<Optional<Instant>> time = new AtomicReference<>(Optional.empty());
        segments.scan(seq - 1, line -> {
            time.set(Optional.of(Objects.requireNonNull(
                            EventReader.read(line.buffer(), line.offset(), line.length(), EventFilter.ALL))
                    .time()));
            return false;
        });
        return time.get();
    }

    private long firstNeeded() {
        return database.read(session -> {
            try (ResultSet row = session.prepare(FIRST_NEEDED).executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    /** Waits for a round under way. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                log.warn("The retention of events did not stop within {}", STOP_TIMEOUT);
            }
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
        }
    }
}
