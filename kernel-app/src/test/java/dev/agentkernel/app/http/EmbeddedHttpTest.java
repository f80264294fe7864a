package dev.agentkernel.app.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole contract over HTTP on the embedded storage. */
class EmbeddedHttpTest extends WholeContract {

    @TempDir
    static Path directory;

    @RegisterExtension
    static final Kernels KERNELS = new Kernels(new Embedded());

    @AfterAll
    static void stop() {
        KERNELS.close();
    }

    /** Each kernel has a directory of its own, and goes by the clock of its process. */
    private static final class Embedded implements StorageProfile {

        @Override
        public List<String> argumentsFor(String store) {
            return List.of("--kernel.data-dir=" + directory.resolve(store));
        }

        @Override
        public void letIdempotencyKeysAge(RunningKernel kernel, String store, Duration by) {
            kernel.clock().putForward(by);
        }
    }
}
