package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.process.KernelProcess;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The kernel that runs now: one after the other, on the same data. */
final class RunningKernel implements AutoCloseable {

    private final KernelProcess.Settings settings;
    private final KernelLine line;
    private @Nullable KernelProcess kernel;

    RunningKernel(KernelProcess.Settings settings, KernelLine line) {
        this.settings = settings;
        this.line = line;
    }

    /** Starts one, and returns how long that took. */
    Duration start() {
        KernelProcess started = KernelProcess.start(settings);
        kernel = started;
        line.up(started.address());
        return started.startUp();
    }

    /** Ends it as {@code kill -9} does, in the middle of everything. */
    void kill() {
        current().kill();
        line.down();
    }

    /** Whether it still runs, as nobody has ended it. */
    boolean isAlive() {
        return current()
                .figures()
                .flatMap(process -> ProcessHandle.of(process.pid()))
                .filter(ProcessHandle::isAlive)
                .isPresent();
    }

    KernelProcess current() {
        return Objects.requireNonNull(kernel, "no kernel was started");
    }

    @Override
    public void close() {
        if (kernel != null) {
            kernel.close();
        }
    }
}
