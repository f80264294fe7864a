package dev.agentkernel.storage.embedded.log;

import dev.agentkernel.storage.embedded.log.LogFiles.AppendFile;
import dev.agentkernel.storage.embedded.log.LogFiles.ReadFile;
import dev.agentkernel.storage.embedded.log.Redo.Patch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The file that makes a change of several places in segments happen wholly or not at all. */
final class RedoFile {

    private final SegmentDirectory segments;
    private final LogFiles files;
    private final Path path;

    RedoFile(SegmentDirectory segments, LogFiles files) {
        this.segments = segments;
        this.files = files;
        this.path = segments.path().resolve(Redo.FILE_NAME);
    }

    /** Writes down what is to be done, durably. When that fails, nothing will be done. */
    void prepare(Redo redo) throws IOException {
        AppendFile file = files.create(path);
        try (file) {
            file.write(0, redo.encode());
            file.force();
            files.forceDirectory(segments.path());
        } catch (IOException | RuntimeException | Error failure) {
            try {
                files.delete(path);
            } catch (IOException | RuntimeException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    /** Puts the patches in their places, durably; segments that were dropped need none. */
    void apply(Redo redo) throws IOException {
        Map<Long, List<Patch>> bySegment = redo.patches().stream()
                .collect(Collectors.groupingBy(Patch::segmentFirstSeq, TreeMap::new, Collectors.toList()));
        for (Map.Entry<Long, List<Patch>> entry : bySegment.entrySet()) {
            Optional<Segment> segment = segments.get(entry.getKey());
            if (segment.isPresent()) {
                apply(segment.get(), entry.getValue());
            }
        }
    }

    private void apply(Segment segment, List<Patch> patches) throws IOException {
        try (AppendFile file = files.openForAppend(segment.file())) {
            for (Patch patch : patches) {
                requireInside(segment, patch);
                file.write(patch.offset(), patch.bytes().duplicate());
            }
            file.force();
        } catch (NoSuchFileException missing) {
            segments.requireDropped(segment, missing);
        }
    }

    private static void requireInside(Segment segment, Patch patch) {
        if (patch.end() > segment.durableBytes()) {
            throw new CorruptLogException(
                    segment.file(),
                    segment.durableBytes(),
                    "bytes up to offset " + patch.end() + ", which were being rewritten");
        }
    }

    /** Forgets what has been done. */
    void done() throws IOException {
        files.delete(path);
        files.forceDirectory(segments.path());
    }

    /** At start-up: does what was written down and perhaps not done. */
    void finish() throws IOException {
        if (!files.list(segments.path()).contains(path)) {
            return;
        }
        Optional<Redo> redo = Redo.decode(content());
        if (redo.isPresent()) {
            apply(redo.get());
        }
        done();
    }

    private ByteBuffer content() throws IOException {
        ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(files.size(path)));
        try (ReadFile file = files.openForRead(path)) {
            int read;
            do {
                read = file.read(content, content.position());
            } while (read >= 0 && content.hasRemaining());
        }
        return content.flip();
    }
}
