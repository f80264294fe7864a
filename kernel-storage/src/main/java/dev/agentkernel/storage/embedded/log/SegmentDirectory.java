package dev.agentkernel.storage.embedded.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The segments of a log, in the order of their first seq; readers go through it while segments are added and dropped.
 *
 * <p>Every segment in it holds at least one batch, but for the one that recovery is looking at.
 */
final class SegmentDirectory {

    private final Path path;
    private final LogFiles files;
    private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();

    private SegmentDirectory(Path path, LogFiles files) {
        this.path = path;
        this.files = files;
    }

    /** Lists the segments, creating the directory when it is missing; files with other names are left alone. */
    static SegmentDirectory open(Path path, LogFiles files) throws IOException {
        files.createDirectory(path);
        SegmentDirectory directory = new SegmentDirectory(path, files);
        for (Path file : files.list(path)) {
            OptionalLong firstSeq = SegmentNames.firstSeq(file);
            if (firstSeq.isPresent()) {
                Segment segment = new Segment(firstSeq.getAsLong(), file, files.size(file));
                Segment other = directory.segments.put(segment.firstSeq(), segment);
                if (other != null) {
                    throw new CorruptLogException(
                            file,
                            0,
                            "the only segment that begins with seq " + segment.firstSeq() + ", but there is "
                                    + other.file());
                }
            }
        }
        return directory;
    }

    Path path() {
        return path;
    }

    /** Where a new segment would be. */
    Path fileOf(long firstSeq) {
        return path.resolve(SegmentNames.of(firstSeq));
    }

    void add(Segment segment) {
        segments.put(segment.firstSeq(), segment);
    }

    void remove(Segment segment) {
        segments.remove(segment.firstSeq());
    }

    Optional<Segment> get(long firstSeq) {
        return Optional.ofNullable(segments.get(firstSeq));
    }

    Optional<Segment> first() {
        return segments.values().stream().findFirst();
    }

    Optional<Segment> last() {
        return Optional.ofNullable(segments.lastEntry()).map(Map.Entry::getValue);
    }

    Optional<Segment> before(Segment segment) {
        return Optional.ofNullable(segments.lowerEntry(segment.firstSeq())).map(Map.Entry::getValue);
    }

    /** The segments that can hold a seq or what follows it, up to the given last one, as they are at this moment. */
    List<Segment> holding(long seq, long lastFirstSeq) {
        Long from = segments.floorKey(seq);
        Collection<Segment> all = from == null
                ? segments.headMap(lastFirstSeq, true).values()
                : segments.subMap(from, true, Math.max(from, lastFirstSeq), true)
                        .values();
        return new ArrayList<>(all);
    }

    List<SegmentSummary> summaries() {
        return segments.values().stream()
                .map(segment -> new SegmentSummary(segment.firstSeq(), segment.file(), segment.durableBytes()))
                .toList();
    }

    /** A file that is gone is no surprise when the log itself has dropped it meanwhile. */
    void requireDropped(Segment segment, NoSuchFileException failure) throws NoSuchFileException {
        if (segments.containsKey(segment.firstSeq())) {
            throw failure;
        }
    }

    /**
     * Deletes, oldest first, the segments before the given one whose seqs are all lower than the given seq. Each is gone for good
     * before the next is touched: a power cut must not leave a gap.
     */
    synchronized List<Path> drop(long keptFirstSeq, long beforeSeq) throws IOException {
        List<Path> dropped = new ArrayList<>();
        for (Segment segment : segments.headMap(keptFirstSeq).values()) {
            Long next = segments.higherKey(segment.firstSeq());
            if (next == null || next > beforeSeq) {
                break;
            }
            // Out of the map first, so that a reader who misses the file knows why.
            segments.remove(segment.firstSeq());
            try {
                files.delete(segment.file());
            } catch (IOException failure) {
                segments.put(segment.firstSeq(), segment);
                throw failure;
            }
            files.forceDirectory(path);
            dropped.add(segment.file());
        }
        return List.copyOf(dropped);
    }
}
