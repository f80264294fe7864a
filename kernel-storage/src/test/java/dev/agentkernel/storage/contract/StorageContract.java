package dev.agentkernel.storage.contract;

import dev.agentkernel.storage.contract.KernelProcess.Limits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the contracts share: an empty place for each test, and a kernel process over it. */
@Timeout(60)
public abstract class StorageContract {

    protected final ManualClock clock = new ManualClock();
    private final List<KernelProcess> open = new ArrayList<>();
    private StorageFixture fixture;
    protected KernelProcess kernel;

    /** An empty place for a storage. */
    protected abstract StorageFixture newFixture() throws Exception;

    @BeforeEach
    void openKernel() throws Exception {
        fixture = newFixture();
        kernel = start("a", Limits.DEFAULT);
    }

    @AfterEach
    void closeKernel() throws Exception {
        for (KernelProcess process : List.copyOf(open)) {
            stop(process);
        }
        fixture.close();
    }

    /** Starts a process on the same place; it is stopped after the test. */
    protected final KernelProcess start(String name, Limits limits) throws Exception {
        KernelProcess process = new KernelProcess(fixture.open(clock, name), clock, name, limits);
        open.add(process);
        return process;
    }

    protected final void stop(KernelProcess process) {
        open.remove(process);
        process.close();
    }

    /** Stops the kernel and starts it again on the same place, with other limits. */
    protected final void restart(Limits limits) throws Exception {
        stop(kernel);
        kernel = start(kernel.name(), limits);
    }

    protected final void restart() throws Exception {
        restart(Limits.DEFAULT);
    }
}
