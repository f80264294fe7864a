package dev.agentkernel.app.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Degraded while the disk has no more than its reserve. That is still ready: agents can take, acknowledge and delete, which is what
 * frees space, and a kernel out of rotation could not.
 */
final class DiskHealth extends AbstractHealthIndicator {

    static final Status DEGRADED = new Status("DEGRADED", "what grows is refused, all else goes on");

    private final Path directory;
    private final long reserveBytes;

    DiskHealth(Path directory, long reserveBytes) {
        super("the space on the disk cannot be measured");
        this.directory = directory;
        this.reserveBytes = reserveBytes;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) throws IOException {
        long usableBytes = Files.getFileStore(directory).getUsableSpace();
        health.status(usableBytes < reserveBytes ? DEGRADED : Status.UP)
                .withDetail("usableBytes", usableBytes)
                .withDetail("reserveBytes", reserveBytes);
    }
}
