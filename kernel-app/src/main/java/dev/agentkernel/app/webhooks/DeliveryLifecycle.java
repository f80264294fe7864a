package dev.agentkernel.app.webhooks;

import dev.agentkernel.webhooks.delivery.DeliveryWorker;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/** Begins to push when the kernel works, and ends before it stops: what is under way can still be settled. */
final class DeliveryLifecycle implements SmartLifecycle {

    /** After the kernel's own, before the web server's. */
    private static final int BETWEEN_KERNEL_AND_WEB_SERVER =
            WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 512;

    private final DeliveryWorker worker;
    private volatile boolean running;

    DeliveryLifecycle(DeliveryWorker worker) {
        this.worker = worker;
    }

    @Override
    public void start() {
        worker.start();
        running = true;
    }

    @Override
    public void stop() {
        worker.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return BETWEEN_KERNEL_AND_WEB_SERVER;
    }
}
