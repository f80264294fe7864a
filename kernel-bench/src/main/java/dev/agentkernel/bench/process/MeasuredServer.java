package dev.agentkernel.bench.process;

import java.net.InetSocketAddress;
import java.util.Optional;

/** A server that answers the requests of the benchmark, whoever started it. */
public interface MeasuredServer extends AutoCloseable {
    /** Returns what the reports call it. */
    String name();

    /** Returns where it listens. */
    InetSocketAddress address();

    /** Returns its process, empty when the process is not known. */
    Optional<ProcessFigures> figures();

    /** Ends the server if this benchmark started it. */
    @Override
    void close();
}
