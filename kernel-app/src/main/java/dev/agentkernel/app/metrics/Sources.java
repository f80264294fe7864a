package dev.agentkernel.app.metrics;

import dev.agentkernel.api.observe.EventStreams;
import dev.agentkernel.api.sockets.Sockets;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.storage.Storage;
import io.micrometer.core.instrument.Timer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the kernel is looked at.
 *
 * @param dataDirectory of an embedded store; {@code null} where the disk is somebody else's
 */
record Sources(
        Storage storage,
        Kernel kernel,
        Sockets sockets,
        EventStreams streams,
        CommitMetrics commits,
        Timer appends,
        RegistryMetrics registry,
        AuthenticationMetrics authentications,
        @Nullable Path dataDirectory) {

    /** Endpoints that sockets belong to. */
    static final List<String> SOCKET_KINDS = List.of("agent", "events", "dashboard");

    /** WebSockets, and streams over plain HTTP. */
    int openConnections() {
        return openSockets() + Math.max(0, streams.open() - sockets.open("events"));
    }

    int openSockets() {
        return SOCKET_KINDS.stream().mapToInt(sockets::open).sum();
    }
}
