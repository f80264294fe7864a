package dev.agentkernel.app;

import dev.agentkernel.core.Kernel;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the kernel before the first request can come, and stops it when the last one was answered: the web server starts after
 * this and ends its requests before. The storage is closed later still, as a bean that the kernel depends on.
 */
final class KernelLifecycle implements SmartLifecycle {

    private static final int BEFORE_WEB_SERVER = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;

    private final Kernel kernel;
    private volatile boolean running;

    KernelLifecycle(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public void start() {
        kernel.start();
        running = true;
    }

    @Override
    public void stop() {
        kernel.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return BEFORE_WEB_SERVER;
    }
}
