package dev.agentkernel.storage.embedded.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Remembers what a replay gave: the lines of each batch, and the position behind it. */
final class Replayed implements BatchVisitor {

    final List<List<String>> batches = new ArrayList<>();
    final List<Position> positions = new ArrayList<>();
    private List<String> lines = new ArrayList<>();
    private final int most;

    private Replayed(int most) {
        this.most = most;
    }

    static Replayed all(SegmentLog log) throws IOException {
        return after(Position.START, log);
    }

    static Replayed after(Position position, SegmentLog log) throws IOException {
        return after(position, log, Integer.MAX_VALUE);
    }

    static Replayed after(Position position, SegmentLog log, int most) throws IOException {
        Replayed replayed = new Replayed(most);
        log.replay(position, replayed);
        return replayed;
    }

    static List<String> scanned(SegmentLog log, long sinceSeq) throws IOException {
        List<String> lines = new ArrayList<>();
        log.scan(sinceSeq, line -> lines.add(line.toString()));
        return lines;
    }

    @Override
    public void line(LogLine line) {
        lines.add(line.toString());
    }

    @Override
    public boolean endBatch(Position end) {
        batches.add(lines);
        positions.add(end);
        lines = new ArrayList<>();
        return batches.size() < most;
    }
}
