package dev.agentkernel.storage.embedded.log;

import dev.agentkernel.storage.embedded.log.LogFiles.ReadFile;
import dev.agentkernel.storage.embedded.log.Redo.Patch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.locks.StampedLock;
import java.util.zip.CRC32C;

/**
 * Puts other lines in the place of lines, at equal length, with the checksums of their batches; used by one thread at a time,
 * beside the one that appends and those that read.
 */
final class LineRewriter {

    /** So much is changed at once: bounds the memory, and the time for which readers wait. */
    private static final long GROUP_BYTES_MIN = 4L * 1024 * 1024;

    /** Where a batch lies. */
    private record Place(long start, long linesEnd, long end, Trailer trailer) {}

    private final SegmentDirectory segments;
    private final LogFiles files;
    private final LogSettings settings;
    private final StampedLock rewriting;
    private final RedoFile redoFile;

    private List<Patch> group = new ArrayList<>();
    private long groupBytes;
    private int groupLines;
    private int rewrittenLines;

    LineRewriter(SegmentDirectory segments, LogFiles files, LogSettings settings, StampedLock rewriting) {
        this.segments = segments;
        this.files = files;
        this.settings = settings;
        this.rewriting = rewriting;
        this.redoFile = new RedoFile(segments, files);
    }

    /** Rewrites the lines with these seqs, as far as the log holds them, and tells how many were changed. */
    int rewrite(NavigableSet<Long> seqs, Tail tail, LineEdit edit) throws IOException {
        clearGroup();
        rewrittenLines = 0;
        Position end = tail.end();
        if (seqs.isEmpty() || end.batch() == 0) {
            return 0;
        }
        List<Segment> held = segments.holding(seqs.first(), end.segmentFirstSeq());
        for (int i = 0; i < held.size(); i++) {
            Segment segment = held.get(i);
            boolean last = segment.firstSeq() == end.segmentFirstSeq();
            long limit = last ? end.offset() : segment.durableBytes();
            long seqsEnd = last ? tail.lastSeq() + 1 : held.get(i + 1).firstSeq();
            if (seqsEnd > segment.firstSeq()) {
                rewriteSegment(segment, limit, seqs.subSet(segment.firstSeq(), true, seqsEnd, false), edit);
            }
        }
        commitGroup();
        return rewrittenLines;
    }

    private void rewriteSegment(Segment segment, long limit, NavigableSet<Long> seqs, LineEdit edit)
            throws IOException {
        if (seqs.isEmpty()) {
            return;
        }
        try (ReadFile file = files.openForRead(segment.file())) {
            LineCursor cursor = new LineCursor(file, settings.lineBytesMax(), rewriting);
            Long next = seqs.first();
            while (next != null) {
                Optional<Place> batch = batchOf(cursor, segment, next, limit);
                if (batch.isPresent()) {
                    rewriteBatch(cursor, segment, batch.get(), seqs, edit);
                }
                next = seqs.higher(batch.map(place -> place.trailer().lastSeq()).orElse(next));
                if (groupBytes >= GROUP_BYTES_MIN) {
                    commitGroup();
                }
            }
        } catch (NoSuchFileException missing) {
            segments.requireDropped(segment, missing);
        }
    }

    /** The batch that holds a seq; empty when that seq was never given. */
    private static Optional<Place> batchOf(LineCursor cursor, Segment segment, long seq, long limit)
            throws IOException {
        cursor.seek(SeqSearch.startOf(cursor, seq - 1, limit), limit);
        boolean found = false;
        while (cursor.next()) {
            if (cursor.isTrailer() && found) {
                Trailer trailer = cursor.trailer().orElseThrow(() -> damaged(segment, cursor.lineStart(), "a trailer"));
                long linesEnd = cursor.lineStart();
                return Optional.of(new Place(linesEnd - trailer.bytes(), linesEnd, cursor.offset(), trailer));
            }
            long lineSeq = cursor.isTrailer() ? 0 : cursor.line().seq();
            found |= lineSeq == seq;
            if (lineSeq > seq && !found) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private void rewriteBatch(LineCursor cursor, Segment segment, Place batch, NavigableSet<Long> seqs, LineEdit edit)
            throws IOException {
        CRC32C before = new CRC32C();
        CRC32C after = new CRC32C();
        List<Patch> patches = new ArrayList<>();
        cursor.seek(batch.start(), batch.linesEnd());
        while (cursor.next()) {
            LogLine line = cursor.line();
            before.update(cursor.buffer(), cursor.lineFrom(), cursor.lineLength() + 1);
            byte[] edited = line.seq() > 0 && seqs.contains(line.seq()) ? edited(line, edit) : line.copy();
            after.update(edited);
            after.update('\n');
            if (!sameBytes(line, edited)) {
                patches.add(new Patch(segment.firstSeq(), cursor.lineStart(), ByteBuffer.wrap(edited)));
            }
        }
        Trailer trailer = batch.trailer();
        if ((int) before.getValue() != trailer.checksum()) {
            throw damaged(segment, batch.start(), "the records of batch " + trailer.batch() + ", as its checksum says");
        }
        if (!patches.isEmpty()) {
            groupLines += patches.size();
            Trailer changed = new Trailer(
                    trailer.batch(), trailer.records(), trailer.bytes(), trailer.lastSeq(), (int) after.getValue());
            patches.add(new Patch(segment.firstSeq(), batch.linesEnd(), ByteBuffer.wrap(changed.encode())));
            patches.forEach(patch -> groupBytes += patch.length());
            group.addAll(patches);
        }
    }

    private static byte[] edited(LogLine line, LineEdit edit) throws IOException {
        byte[] edited = edit.edited(line);
        boolean fits = edited.length == line.length()
                && LogLine.seqOf(edited, 0, edited.length) == line.seq()
                && LineFeeds.indexOf(edited, 0, edited.length) < 0;
        if (!fits) {
            throw new IllegalArgumentException("The line with seq " + line.seq() + " and " + line.length()
                    + " bytes can only be replaced by one of the same seq and length without a line feed, not by one of "
                    + edited.length + " bytes with seq " + LogLine.seqOf(edited, 0, edited.length));
        }
        return edited;
    }

    private static boolean sameBytes(LogLine line, byte[] edited) {
        return Arrays.equals(line.buffer(), line.offset(), line.offset() + line.length(), edited, 0, edited.length);
    }

    private void commitGroup() throws IOException {
        if (group.isEmpty()) {
            return;
        }
        Redo redo = new Redo(List.copyOf(group));
        int lines = groupLines;
        clearGroup();
        redoFile.prepare(redo);
        try {
            applyAlone(redo);
            redoFile.done();
        } catch (IOException | RuntimeException | Error failure) {
            throw new LogStateUnknownException(
                    "Rewriting " + lines
                            + " lines of the event log failed half-way. Stop the process without answering; the next"
                            + " start finishes it.",
                    failure);
        }
        rewrittenLines += lines;
    }

    /** No reader sees a place half written; one that has read a part of a line before reads it again. */
    private void applyAlone(Redo redo) throws IOException {
        long stamp = rewriting.writeLock();
        try {
            redoFile.apply(redo);
        } finally {
            rewriting.unlockWrite(stamp);
        }
    }

    private void clearGroup() {
        group = new ArrayList<>();
        groupBytes = 0;
        groupLines = 0;
    }

    private static CorruptLogException damaged(Segment segment, long offset, String expected) {
        return new CorruptLogException(segment.file(), offset, expected);
    }
}
