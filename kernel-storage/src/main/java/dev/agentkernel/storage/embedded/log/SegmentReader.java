package dev.agentkernel.storage.embedded.log;

import dev.agentkernel.storage.embedded.log.BatchReader.Batch;
import dev.agentkernel.storage.embedded.log.BatchReader.Broken;
import dev.agentkernel.storage.embedded.log.BatchReader.Nothing;
import dev.agentkernel.storage.embedded.log.LogFiles.ReadFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.locks.StampedLock;

/** Reads what is durable, from many threads at once and beside the one that appends. Holds no state of its own. */
final class SegmentReader {

    private final SegmentDirectory segments;
    private final LogFiles files;
    private final LogSettings settings;
    private final StampedLock rewriting;

    SegmentReader(SegmentDirectory segments, LogFiles files, LogSettings settings, StampedLock rewriting) {
        this.segments = segments;
        this.files = files;
        this.settings = settings;
        this.rewriting = rewriting;
    }

    /** Gives every batch between a position and the tail to the visitor. */
    void replay(Position after, Tail tail, BatchVisitor visitor) throws IOException {
        Position end = tail.end();
        if (after.compareTo(end) > 0 || after.segmentFirstSeq() > end.segmentFirstSeq()) {
            throw new PositionAheadException(after, end);
        }
        if (after.equals(end)) {
            return;
        }
        List<Segment> reached = segments.holding(Math.max(1, after.segmentFirstSeq()), end.segmentFirstSeq());
        Segment reading = reached.getFirst();
        try {
            requireHeld(after, reading);
            Baseline before = new Baseline(0, 0);
            for (Segment segment : reached) {
                reading = segment;
                try (ReadFile file = files.openForRead(segment.file())) {
                    long start = segment.firstSeq() == after.segmentFirstSeq() ? after.offset() : 0;
                    before = start == 0 ? before : baselineAt(file, segment, after);
                    BatchReader batches =
                            new BatchReader(cursor(file), segment.file(), start, limit(segment, end), before);
                    if (!replaySegment(batches, file, segment, visitor)) {
                        return;
                    }
                    before = batches.before();
                }
            }
        } catch (NoSuchFileException missing) {
            segments.requireDropped(reading, missing);
            throw new PositionDroppedException(after, oldestFirstSeq());
        }
    }

    /** Gives every batch up to the tail to the visitor, wherever the log begins. */
    void replayAll(Tail tail, BatchVisitor visitor) throws IOException {
        Position end = tail.end();
        List<Segment> held = segments.holding(1, end.segmentFirstSeq());
        Baseline before = held.isEmpty() || held.getFirst().firstSeq() == 1
                ? new Baseline(0, 0)
                : new Baseline(Baseline.UNKNOWN, held.getFirst().firstSeq() - 1);
        for (Segment segment : held) {
            try (ReadFile file = files.openForRead(segment.file())) {
                BatchReader batches = new BatchReader(cursor(file), segment.file(), 0, limit(segment, end), before);
                if (!replaySegment(batches, file, segment, visitor)) {
                    return;
                }
                before = batches.before();
            }
        }
    }

    private void requireHeld(Position after, Segment oldest) throws IOException {
        boolean held = after.batch() == 0 ? firstBatch(oldest) == 1 : oldest.firstSeq() == after.segmentFirstSeq();
        if (!held) {
            throw new PositionDroppedException(after, oldestFirstSeq());
        }
    }

    /** The number of a segment's first batch; 1 also when it cannot be told, as the replay then says what is wrong. */
    private long firstBatch(Segment segment) throws IOException {
        try (ReadFile file = files.openForRead(segment.file())) {
            Baseline unknown = new Baseline(Baseline.UNKNOWN, segment.firstSeq() - 1);
            BatchReader batches = new BatchReader(cursor(file), segment.file(), 0, segment.durableBytes(), unknown);
            return batches.next() instanceof Batch batch ? batch.trailer().batch() : 1;
        }
    }

    private long oldestFirstSeq() {
        return segments.first().map(Segment::firstSeq).orElse(0L);
    }

    /** A position is held against the file, so that a database is never continued from the log of another. */
    private static Baseline baselineAt(ReadFile file, Segment segment, Position after) throws IOException {
        return PlacedTrailer.endingAt(file, after.offset())
                .map(PlacedTrailer::trailer)
                .filter(trailer -> trailer.batch() == after.batch())
                .map(trailer -> new Baseline(trailer.batch(), trailer.lastSeq()))
                .orElseThrow(() -> new CorruptLogException(
                        segment.file(),
                        after.offset(),
                        "the end of batch " + after.batch() + ", where a reader stands"));
    }

    private boolean replaySegment(BatchReader batches, ReadFile file, Segment segment, BatchVisitor visitor)
            throws IOException {
        LineCursor lines = cursor(file);
        while (true) {
            switch (batches.next()) {
                case Batch batch -> {
                    lines.seek(batch.start(), batch.linesEnd());
                    while (lines.next()) {
                        visitor.line(lines.line());
                    }
                    if (!visitor.endBatch(new Position(
                            segment.firstSeq(), batch.end(), batch.trailer().batch()))) {
                        return false;
                    }
                }
                case Nothing nothing -> {
                    return true;
                }
                case Broken broken -> throw new CorruptLogException(segment.file(), broken.start(), broken.expected());
            }
        }
    }

    /** Gives every public line behind a seq, up to the tail, to the visitor. */
    void scan(long sinceSeq, Tail tail, LineVisitor visitor) throws IOException {
        if (sinceSeq >= tail.lastSeq()) {
            return;
        }
        Position end = tail.end();
        for (Segment segment : segments.holding(sinceSeq + 1, end.segmentFirstSeq())) {
            try (ReadFile file = files.openForRead(segment.file())) {
                LineCursor cursor = cursor(file);
                long limit = limit(segment, end);
                long start = segment.firstSeq() > sinceSeq ? 0 : SeqSearch.startOf(cursor, sinceSeq, limit);
                if (!scanSegment(cursor.seek(start, limit), segment, sinceSeq, visitor)) {
                    return;
                }
            } catch (NoSuchFileException missing) {
                segments.requireDropped(segment, missing);
            }
        }
    }

    private static boolean scanSegment(LineCursor cursor, Segment segment, long sinceSeq, LineVisitor visitor)
            throws IOException {
        while (cursor.next()) {
            if (cursor.tooLong()) {
                throw new CorruptLogException(segment.file(), cursor.lineStart(), "a line within the limit for lines");
            }
            LogLine line = cursor.line();
            if (line.seq() > sinceSeq && !visitor.visit(line)) {
                return false;
            }
        }
        if (cursor.endsInsideLine()) {
            throw new CorruptLogException(segment.file(), cursor.lineStart(), "a line that ends where its batch ends");
        }
        return true;
    }

    private LineCursor cursor(ReadFile file) {
        return new LineCursor(file, settings.lineBytesMax(), rewriting);
    }

    /** The tail was taken before the segments were listed: what has been appended since is not looked at. */
    private static long limit(Segment segment, Position end) {
        return segment.firstSeq() == end.segmentFirstSeq() ? end.offset() : segment.durableBytes();
    }
}
