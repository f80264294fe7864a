package dev.agentkernel.storage.embedded.log;

import dev.agentkernel.storage.embedded.log.BatchReader.Batch;
import dev.agentkernel.storage.embedded.log.BatchReader.Broken;
import dev.agentkernel.storage.embedded.log.BatchReader.Nothing;
import dev.agentkernel.storage.embedded.log.LogFiles.AppendFile;
import dev.agentkernel.storage.embedded.log.LogFiles.ReadFile;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.StampedLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the end of the log at start-up, and cuts off what a crash left behind it.
 *
 * <p>A crash can leave one unfinished batch, at the very end, or a last segment with nothing in it. Anything else that is
 * wrong is damage: the log then refuses to open, and nothing is changed.
 */
final class TailRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(TailRecovery.class);

    /** What was found: the tail, and how much of the last segment belongs to it. */
    record Recovered(Tail tail, long cutBytes) {}

    private record Scan(long start, Tail before) {}

    private record Found(Tail tail, long end, long size, String torn) {}

    private final SegmentDirectory segments;
    private final LogFiles files;
    private final LogSettings settings;

    TailRecovery(SegmentDirectory segments, LogFiles files, LogSettings settings) {
        this.segments = segments;
        this.files = files;
        this.settings = settings;
    }

    /** Finds the end, starting to read at the known-good position when that lies in the last segment. */
    Recovered recover(Position knownGood) throws IOException {
        Optional<Segment> last = segments.last();
        if (last.isEmpty()) {
            requireReached(knownGood, Position.START);
            return new Recovered(Tail.EMPTY, 0);
        }
        Found found = find(last.get(), knownGood);
        requireReached(knownGood, found.tail().end());
        settle(last.get(), found);
        return new Recovered(found.tail(), found.size() - found.end());
    }

    private static void requireReached(Position knownGood, Position end) {
        if (knownGood.compareTo(end) > 0) {
            throw new PositionAheadException(knownGood, end);
        }
    }

    private Found find(Segment last, Position knownGood) throws IOException {
        long size = last.durableBytes();
        try (ReadFile file = files.openForRead(last.file())) {
            Scan scan = scanFrom(file, last, knownGood, size);
            Tail tail = scan.before();
            BatchReader reader = new BatchReader(cursor(file), last.file(), scan.start(), size, baseline(last, tail));
            long end = scan.start();
            while (true) {
                switch (reader.next()) {
                    case Batch batch -> {
                        end = batch.end();
                        Trailer trailer = batch.trailer();
                        tail = new Tail(new Position(last.firstSeq(), end, trailer.batch()), trailer.lastSeq());
                    }
                    case Nothing nothing -> {
                        return new Found(tail, end, size, "");
                    }
                    case Broken broken -> {
                        requireNothingFollows(file, last, broken, size);
                        return new Found(tail, end, size, broken.expected());
                    }
                }
            }
        }
    }

    /** Nobody rewrites lines of a log that is being opened. */
    private LineCursor cursor(ReadFile file) {
        return new LineCursor(file, settings.lineBytesMax(), new StampedLock());
    }

    /** What the first batch of the last segment has to follow: nothing is known only if older segments were dropped. */
    private static Baseline baseline(Segment last, Tail before) {
        return before.end().batch() == 0 && last.firstSeq() > 1
                ? new Baseline(Baseline.UNKNOWN, last.firstSeq() - 1)
                : new Baseline(before.end().batch(), before.lastSeq());
    }

    private Scan scanFrom(ReadFile file, Segment last, Position knownGood, long size) throws IOException {
        if (knownGood.segmentFirstSeq() == last.firstSeq() && knownGood.offset() <= size) {
            Optional<PlacedTrailer> trailer = PlacedTrailer.endingAt(file, knownGood.offset());
            if (trailer.isPresent() && trailer.get().trailer().batch() == knownGood.batch()) {
                return new Scan(
                        knownGood.offset(),
                        new Tail(knownGood, trailer.get().trailer().lastSeq()));
            }
        }
        Optional<Segment> previous = segments.before(last);
        return new Scan(0, previous.isEmpty() ? Tail.EMPTY : endOf(previous.get()));
    }

    /** The last batch of a segment that was closed, and so must be whole. */
    private Tail endOf(Segment segment) throws IOException {
        long size = segment.durableBytes();
        try (ReadFile file = files.openForRead(segment.file())) {
            PlacedTrailer placed = PlacedTrailer.endingAt(file, size)
                    .filter(found -> found.linesStart() >= 0)
                    .orElseThrow(() -> new CorruptLogException(
                            segment.file(),
                            size,
                            "the trailer of its last batch just before, as a later segment follows"));
            if (!BatchReader.checksumFits(file, placed.linesStart(), placed.trailer())) {
                throw new CorruptLogException(
                        segment.file(),
                        placed.linesStart(),
                        "the records of batch " + placed.trailer().batch());
            }
            return new Tail(
                    new Position(segment.firstSeq(), size, placed.trailer().batch()),
                    placed.trailer().lastSeq());
        }
    }

    private void requireNothingFollows(ReadFile file, Segment segment, Broken broken, long size) throws IOException {
        LineCursor cursor = cursor(file).seek(broken.start(), size);
        while (cursor.next()) {
            Optional<Trailer> trailer = cursor.isTrailer() ? cursor.trailer() : Optional.empty();
            if (trailer.isPresent()) {
                long start = cursor.lineStart() - trailer.get().bytes();
                if (start >= broken.start() && BatchReader.checksumFits(file, start, trailer.get())) {
                    throw new CorruptLogException(
                            segment.file(),
                            broken.start(),
                            broken.expected() + "; it is no torn end, as the whole batch "
                                    + trailer.get().batch() + " follows at offset " + start);
                }
            }
        }
    }

    /**
     * Makes the end that was found the end on disk. Forced even when nothing was cut: after a mere end of the process the last
     * batch may be in the operating system's memory only, and from now on it counts as durable.
     */
    private void settle(Segment last, Found found) throws IOException {
        long cut = found.size() - found.end();
        try (AppendFile file = files.openForAppend(last.file())) {
            if (cut > 0) {
                file.truncate(found.end());
            }
            file.force();
        }
        last.setDurableBytes(found.end());
        if (found.end() == 0) {
            files.delete(last.file());
            segments.remove(last);
        }
        files.forceDirectory(segments.path());
        if (cut > 0) {
            LOG.warn(
                    "Cut {} bytes off {} at offset {}: an append was not finished when the process ended. Expected {}.",
                    cut,
                    last.file(),
                    found.end(),
                    found.torn());
        }
    }
}
