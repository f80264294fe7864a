package dev.agentkernel.storage.embedded.log;

import dev.agentkernel.storage.embedded.log.LogFiles.AppendFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends batches to the last segment; used by one thread at a time.
 *
 * <p>A failure before the bytes are forced is undone, and the batch refused. A failure to undo or to force leaves a disk of
 * which nobody knows what it holds: after a failed fsync the operating system may have dropped the bytes and call the next
 * fsync a success, so it must not be tried again.
 */
final class SegmentWriter implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentWriter.class);

    /** A segment open for writing; a fresh one has been created for the batch at hand. */
    private record Open(Segment segment, AppendFile file, boolean fresh) {}

    private final SegmentDirectory segments;
    private final LogFiles files;
    private final LogSettings settings;
    private final AppendListener listener;
    private @Nullable Open current;
    private boolean ended;

    private SegmentWriter(SegmentDirectory segments, LogFiles files, LogSettings settings, AppendListener listener) {
        this.segments = segments;
        this.files = files;
        this.settings = settings;
        this.listener = listener;
    }

    /** Opens the last segment, if there is one. */
    static SegmentWriter open(SegmentDirectory segments, LogFiles files, LogSettings settings, AppendListener listener)
            throws IOException {
        SegmentWriter writer = new SegmentWriter(segments, files, settings, listener);
        Segment last = segments.last().orElse(null);
        if (last != null) {
            writer.current = new Open(last, files.openForAppend(last.file()), false);
        }
        return writer;
    }

    /** Makes the batch durable behind the tail and tells the new one. */
    Tail append(BatchLines lines, long firstSeq, long lastSeq, Tail tail) {
        Trailer trailer = lines.trailer(tail.end().batch() + 1, lastSeq);
        ByteBuffer trailerLine = ByteBuffer.wrap(trailer.encode());
        long bytes = (long) lines.bytes() + trailerLine.remaining();
        Open target = target(firstSeq, tail, trailer);
        long start = target.segment().durableBytes();

        long began = System.nanoTime();
        write(target, start, trailer, lines.buffer(), trailerLine);
        long written = System.nanoTime();
        force(target, trailer);
        long forced = System.nanoTime();

        target.segment().setDurableBytes(start + bytes);
        if (target.fresh()) {
            adopt(target);
        }
        tell(trailer.records(), bytes, Duration.ofNanos(written - began), Duration.ofNanos(forced - written));
        return new Tail(new Position(target.segment().firstSeq(), start + bytes, trailer.batch()), lastSeq);
    }

    /** Has the next batch begin a new segment, once the last one holds a public seq. */
    void endSegment() {
        ended = true;
    }

    /** A full segment is left only once it holds a public seq, so that the next one's name is sure to be new. */
    private Open target(long firstSeq, Tail tail, Trailer trailer) {
        Open open = current;
        if (open == null) {
            return create(firstSeq, trailer);
        }
        boolean full = ended || open.segment().durableBytes() >= settings.segmentBytes();
        boolean named = tail.lastSeq() >= open.segment().firstSeq();
        return full && named ? create(firstSeq, trailer) : open;
    }

    private Open create(long firstSeq, Trailer trailer) {
        Segment segment = new Segment(firstSeq, segments.fileOf(firstSeq), 0);
        AppendFile file;
        try {
            file = files.create(segment.file());
        } catch (IOException | RuntimeException | Error failure) {
            undoCreate(segment, trailer, failure);
            throw refused(segment, trailer, "the segment could not be created", failure);
        }
        Open created = new Open(segment, file, true);
        try {
            files.forceDirectory(segments.path());
        } catch (IOException | RuntimeException | Error failure) {
            closeQuietly(created);
            throw unknown(segment, trailer, "its directory could not be forced", failure);
        }
        return created;
    }

    /** A file that was there before is not ours to delete; one left half created would stand in the way of the next try. */
    private void undoCreate(Segment segment, Trailer trailer, Throwable failure) {
        if (failure instanceof FileAlreadyExistsException) {
            return;
        }
        try {
            files.delete(segment.file());
        } catch (IOException | RuntimeException | Error second) {
            second.addSuppressed(failure);
            throw unknown(segment, trailer, "the segment could not be created, nor what is left of it deleted", second);
        }
    }

    private void write(Open target, long start, Trailer trailer, ByteBuffer... parts) {
        try {
            target.file().write(start, parts);
        } catch (IOException | RuntimeException | Error failure) {
            undo(target, start, trailer, failure);
            throw refused(target.segment(), trailer, "the write failed and was undone", failure);
        }
    }

    /** Forced as well: a batch that is refused now must not come back after a crash. */
    private void undo(Open target, long start, Trailer trailer, Throwable failure) {
        try {
            target.file().truncate(start);
            target.file().force();
            if (target.fresh()) {
                target.file().close();
                files.delete(target.segment().file());
                files.forceDirectory(segments.path());
            }
        } catch (IOException | RuntimeException | Error second) {
            second.addSuppressed(failure);
            throw unknown(target.segment(), trailer, "the write failed and could not be undone", second);
        }
    }

    private void force(Open target, Trailer trailer) {
        try {
            target.file().force();
        } catch (IOException | RuntimeException | Error failure) {
            throw unknown(target.segment(), trailer, "it was written but could not be forced to disk", failure);
        }
    }

    private void adopt(Open fresh) {
        Open previous = current;
        current = new Open(fresh.segment(), fresh.file(), false);
        ended = false;
        segments.add(fresh.segment());
        if (previous != null) {
            closeQuietly(previous);
        }
    }

    /** The batch is durable by now: whatever the listener does, the append has succeeded. */
    private void tell(int records, long bytes, Duration write, Duration force) {
        try {
            listener.appended(records, bytes, write, force);
        } catch (RuntimeException failure) {
            LOG.error(
                    "The append listener failed on a batch of {} records, which is durable all the same",
                    records,
                    failure);
        }
    }

    /** All that was written has been forced, or is given up: a failure to close changes nothing. */
    private static void closeQuietly(Open open) {
        try {
            open.file().close();
        } catch (IOException failure) {
            LOG.warn(
                    "Could not close {}, whose content is durable",
                    open.segment().file(),
                    failure);
        }
    }

    private static AppendRefusedException refused(Segment segment, Trailer trailer, String what, Throwable cause) {
        return new AppendRefusedException(
                about(segment, trailer, what) + " (" + cause.getMessage() + "). Nothing has changed; the log goes on.",
                cause instanceof DiskFullException,
                cause);
    }

    private static LogStateUnknownException unknown(Segment segment, Trailer trailer, String what, Throwable cause) {
        return new LogStateUnknownException(
                about(segment, trailer, what) + " (" + cause.getMessage() + ")"
                        + ". Nobody knows what the disk holds of it: stop the process without answering;"
                        + " the next start finds out.",
                cause);
    }

    private static String about(Segment segment, Trailer trailer, String what) {
        return "Batch " + trailer.batch() + " (" + trailer.records() + " records, " + trailer.bytes() + " bytes) for "
                + segment.file() + ": " + what;
    }

    @Override
    public void close() throws IOException {
        if (current != null) {
            current.file().close();
            current = null;
        }
    }
}
