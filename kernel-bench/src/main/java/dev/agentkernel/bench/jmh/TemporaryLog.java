package dev.agentkernel.bench.jmh;

import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.Workspace;
import dev.agentkernel.storage.embedded.log.LogSettings;
import dev.agentkernel.storage.embedded.log.NioLogFiles;
import dev.agentkernel.storage.embedded.log.Position;
import dev.agentkernel.storage.embedded.log.SegmentLog;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An event log in a directory of its own; gone with its files when closed. */
final class TemporaryLog implements AutoCloseable {

    private final Workspace workspace;
    private final SegmentLog log;

    private TemporaryLog(Workspace workspace, SegmentLog log) {
        this.workspace = workspace;
        this.log = log;
    }

    static TemporaryLog open() {
        Workspace workspace = TemporaryKernel.workspace();
        try {
            LogSettings settings = LogSettings.ofSegmentBytes(LogSettings.DEFAULT_SEGMENT_BYTES);
            return new TemporaryLog(
                    workspace, SegmentLog.open(workspace.resolve("events"), settings, new NioLogFiles()));
        } catch (IOException failure) {
            throw new BenchmarkFailure("cannot open a log in " + workspace.directory() + " (" + failure + ")", failure);
        }
    }

    /** Makes the next batch of these lines durable. */
    Position append(NumberedLines lines) {
        long firstSeq = lines.nextSeq();
        ByteBuffer batch = lines.next();
        return log.append(batch, lines.count(), firstSeq, lines.nextSeq() - 1);
    }

    SegmentLog log() {
        return log;
    }

    @Override
    public void close() throws IOException {
        log.close();
        workspace.close();
    }
}
