package dev.agentkernel.storage.embedded.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An append-only sequence of batches of lines on disk: a batch for which {@link #append} has returned is there after any crash,
 * whole, once and in its place; of one for which it has not, either all or nothing is.
 *
 * <p>One thread appends; any number may read meanwhile, and they see durable batches only. Public records carry a {@code seq}
 * that grows along the log. The directory must belong to one open log at a time, which the owner of the data directory ensures.
 */
public final class SegmentLog implements Closeable {

    private final SegmentDirectory segments;
    private final LogSettings settings;
    private final SegmentWriter writer;
    private final SegmentReader reader;
    private final LineRewriter rewriter;
    private final ReentrantLock rewriting = new ReentrantLock();
    private final long cutBytes;
    private final ReentrantLock appending = new ReentrantLock();
    private volatile Tail tail;
    private volatile @Nullable LogStateUnknownException unknown;
    private volatile boolean closed;

    private SegmentLog(
            SegmentDirectory segments,
            LogSettings settings,
            SegmentWriter writer,
            SegmentReader reader,
            LineRewriter rewriter,
            TailRecovery.Recovered recovered) {
        this.segments = segments;
        this.settings = settings;
        this.writer = writer;
        this.reader = reader;
        this.rewriter = rewriter;
        this.cutBytes = recovered.cutBytes();
        this.tail = recovered.tail();
    }

    /** Opens the log as {@link #open(Path, LogSettings, LogFiles, Position, AppendListener)}, knowing no position. */
    public static SegmentLog open(Path directory, LogSettings settings, LogFiles files) throws IOException {
        return open(directory, settings, files, Position.START, AppendListener.NONE);
    }

    /**
     * Opens the log, finding its end and cutting off what an unfinished append has left behind it.
     *
     * <p>Reads at most the last segment, and of that only what follows the known-good position.
     *
     * @param directory where the segments are; created when missing
     * @param knownGood a position up to which a reader has already stored the batches durably, or {@link Position#START}
     * @param listener is told of every append
     * @throws PositionAheadException when the log ends before the known-good position; nothing was changed then
     * @throws CorruptLogException when the end of the log is damaged otherwise than by a crash; nothing was changed then
     */
    public static SegmentLog open(
            Path directory, LogSettings settings, LogFiles files, Position knownGood, AppendListener listener)
            throws IOException {
        SegmentDirectory segments = SegmentDirectory.open(directory, files);
        new RedoFile(segments, files).finish();
        StampedLock rewriting = new StampedLock();
        TailRecovery.Recovered recovered = new TailRecovery(segments, files, settings).recover(knownGood);
        return new SegmentLog(
                segments,
                settings,
                SegmentWriter.open(segments, files, settings, listener),
                new SegmentReader(segments, files, settings, rewriting),
                new LineRewriter(segments, files, settings, rewriting),
                recovered);
    }

    /**
     * Makes one batch durable, at the cost of one write and one fsync.
     *
     * @param lines the record lines, each ended by a line feed; the buffer is left as it is, and may be reused afterwards
     * @param records how many lines they are, at least one
     * @param firstSeq the first public seq in the batch; the next one to be given when the batch has none
     * @param lastSeq the last public seq of the log once the batch is in it
     * @return the position behind the batch
     * @throws IllegalArgumentException when the lines are not what the numbers say, or do not follow the log's end; nothing was
     *     written then
     * @throws AppendRefusedException when the batch could not be written; nothing of it is left, and the log can be used
     * @throws LogStateUnknownException when nobody knows whether the batch is on disk; the process has to stop
     */
    public Position append(ByteBuffer lines, int records, long firstSeq, long lastSeq) {
        if (appending.isHeldByCurrentThread() || !appending.tryLock()) {
            throw new IllegalStateException("Two appends at once: the log has a single writer");
        }
        try {
            requireUsable();
            Tail before = tail;
            BatchLines batch = BatchLines.of(lines, settings.lineBytesMax());
            batch.requireFits(records, firstSeq, lastSeq, before.lastSeq());
            Tail after = writer.append(batch, firstSeq, lastSeq, before);
            tail = after;
            return after.end();
        } catch (LogStateUnknownException failure) {
            unknown = failure;
            throw failure;
        } finally {
            appending.unlock();
        }
    }

    /**
     * Has the next batch begin a new segment, however small the last one is; not to be called beside an append. A segment without a
     * public record goes on all the same.
     */
    public void endSegment() {
        if (appending.isHeldByCurrentThread() || !appending.tryLock()) {
            throw new IllegalStateException("A segment cannot be ended during an append: the log has a single writer");
        }
        try {
            requireUsable();
            writer.endSegment();
        } finally {
            appending.unlock();
        }
    }

    /** The position behind the last durable batch. */
    public Position end() {
        return usable(tail::end);
    }

    /** The last public seq in the log; 0 before the first. */
    public long lastSeq() {
        return usable(tail::lastSeq);
    }

    /** The number of the last batch; 0 before the first. */
    public long lastBatch() {
        return usable(() -> tail.end().batch());
    }

    /** The number in the name of the oldest segment left; empty as long as nothing was appended. */
    public OptionalLong oldestSegmentFirstSeq() {
        requireUsable();
        return segments.first().map(Segment::firstSeq).map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    /** How many bytes of an unfinished append were cut off when the log was opened. */
    public long cutBytes() {
        return cutBytes;
    }

    /**
     * Gives every batch between a position and the log's present end to the visitor, in order, each verified before its first
     * line is given.
     *
     * @throws PositionAheadException when the log ends before the position
     * @throws PositionDroppedException when what follows the position was dropped
     * @throws CorruptLogException when a batch is damaged, or the position is none of this log
     */
    public void replay(Position after, BatchVisitor visitor) throws IOException {
        requireUsable();
        reader.replay(after, tail, visitor);
    }

    /**
     * Gives every batch that the log still has to the visitor, in order, each verified before its first line is given.
     *
     * @throws CorruptLogException when a batch is damaged
     */
    public void replayAll(BatchVisitor visitor) throws IOException {
        requireUsable();
        reader.replayAll(tail, visitor);
    }

    /**
     * Gives every public line whose seq is higher than the given one to the visitor, in order, up to the log's present end or
     * until the visitor has enough. Lines of dropped segments are passed over; checksums are not verified.
     *
     * @throws CorruptLogException when a line cannot be one
     */
    public void scan(long sinceSeq, LineVisitor visitor) throws IOException {
        requireUsable();
        reader.scan(Math.max(0, sinceSeq), tail, visitor);
    }

    /**
     * Puts other lines in the place of public lines, durably and so that a crash leaves either the old or the new ones of a
     * batch. Positions stay valid, and readers meanwhile see each line as it was or as it is.
     *
     * <p>Lines are changed in groups of some MiB; when this throws anything but {@link LogStateUnknownException}, groups before
     * may have been changed, and it can be called again.
     *
     * @param seqs the seqs of the lines; those that the log does not hold are passed over
     * @param edit makes the new line of the old one
     * @return how many lines were changed
     * @throws IllegalArgumentException when a new line has another length or seq than the old one
     * @throws LogStateUnknownException when a change failed half-way; the process has to stop, and the next start finishes it
     */
    public int rewrite(NavigableSet<Long> seqs, LineEdit edit) throws IOException {
        rewriting.lock();
        try {
            requireUsable();
            return rewriter.rewrite(seqs, tail, edit);
        } catch (LogStateUnknownException failure) {
            unknown = failure;
            throw failure;
        } finally {
            rewriting.unlock();
        }
    }

    /** The segments, oldest first. */
    public List<SegmentSummary> segments() {
        requireUsable();
        return segments.summaries();
    }

    /**
     * Deletes, oldest first, the segments that lie wholly before a position and hold no seq from the given one on; the segment
     * that the position points into and the one that holds the last batch always stay.
     *
     * @param durable what every reader has stored durably
     * @param beforeSeq the first seq to keep
     * @return the files that were deleted
     */
    public List<Path> dropSegmentsBefore(Position durable, long beforeSeq) throws IOException {
        rewriting.lock();
        try {
            requireUsable();
            return segments.drop(Math.min(durable.segmentFirstSeq(), tail.end().segmentFirstSeq()), beforeSeq);
        } finally {
            rewriting.unlock();
        }
    }

    private <T> T usable(Supplier<T> value) {
        requireUsable();
        return value.get();
    }

    private void requireUsable() {
        LogStateUnknownException failure = unknown;
        if (failure != null) {
            throw new LogStateUnknownException(
                    "The event log cannot be used any more: " + failure.getMessage(), failure);
        }
        if (closed) {
            throw new IllegalStateException("The event log is closed");
        }
    }

    /** Ends the log's use after an append or a rewrite under way; what was appended is durable already. */
    @Override
    public void close() throws IOException {
        appending.lock();
        rewriting.lock();
        try {
            closed = true;
            writer.close();
        } finally {
            rewriting.unlock();
            appending.unlock();
        }
    }
}
