package dev.agentkernel.bench.process;

import dev.agentkernel.bench.baseline.BaselineServer;
import dev.agentkernel.bench.baseline.RecordedAnswer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The bare Tomcat in a JVM of its own, started with the flags of the kernel. */
public final class BaselineProcess implements MeasuredServer {
    private final ChildProcess child;
    private final InetSocketAddress address;

    private BaselineProcess(ChildProcess child, InetSocketAddress address) {
        this.child = child;
        this.address = address;
    }

    /** Starts the server and returns once it listens. */
    public static BaselineProcess start(JavaCommand java, Path log) {
        List<String> command =
                java.with(List.of("-cp", System.getProperty("java.class.path"), BaselineServer.class.getName()));
        ChildProcess child = ChildProcess.start("baseline", command, log, true);
        try {
            BufferedReader output = child.process().inputReader(StandardCharsets.UTF_8);
            String line = output.readLine();
            if (line == null || !line.startsWith(BaselineServer.PORT_LINE_PREFIX)) {
                throw child.failure("did not tell its port but \"" + line + "\"");
            }
            int port = Integer.parseInt(line.substring(BaselineServer.PORT_LINE_PREFIX.length()));
            return new BaselineProcess(child, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException | RuntimeException failure) {
            child.close();
            throw failure instanceof BenchmarkFailure told ? told : child.failure("did not start: " + failure);
        }
    }

    /** Makes the server give this answer to every request from now on. */
    public void repeat(RecordedAnswer answer) {
        try {
            BaselineServer.teach(address, answer);
        } catch (IOException failure) {
            throw child.failure("does not take the answer it shall repeat: " + failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted", interrupted);
        }
    }

    @Override
    public String name() {
        return "baseline";
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public Optional<ProcessFigures> figures() {
        return Optional.of(new ProcessFigures(child.process().pid()));
    }

    @Override
    public void close() {
        child.close();
    }
}
