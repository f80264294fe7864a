package dev.agentkernel.app.http;

import java.time.Duration;
import java.util.List;

/** A kind of storage, as the one thing that it must supply to be tested over HTTP. */
interface StorageProfile {

    /**
     * The arguments with which a kernel keeps its data in a store of its own. The same name always means the same store, so that a
     * kernel can be stopped and started again.
     */
    List<String> argumentsFor(String store);

    /** Brings all idempotency keys in a kernel's store nearer to their end, by the clock that the storage goes by. */
    void letIdempotencyKeysAge(RunningKernel kernel, String store, Duration by);
}
