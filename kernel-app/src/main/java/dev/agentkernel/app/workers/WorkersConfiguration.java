package dev.agentkernel.app.workers;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.agentkernel.app.storage.StorageDescription;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.workers.Workers;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Workers start after the kernel and end before it, when their sockets are closed already: what they held is given back then. */
@Configuration(proxyBeanMethods = false)
public class WorkersConfiguration {

    private static final int AFTER_KERNEL = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1023;

    @Bean(destroyMethod = "close")
    Workers workers(Kernel kernel, Presence presence, Wakeups wakeups, StorageDescription storage) {
        return new Workers(
                kernel.messages(),
                kernel.authenticator(),
                presence,
                wakeups,
                LeaseHolder.socketsOf(storage.replica()),
                UuidCreator::getTimeOrderedEpochPlus1,
                System::nanoTime);
    }

    @Bean
    SmartLifecycle workersLifecycle(Workers workers) {
        return new Lifecycle(workers);
    }

    private static final class Lifecycle implements SmartLifecycle {

        private final Workers workers;
        private volatile boolean running;

        Lifecycle(Workers workers) {
            this.workers = workers;
        }

        @Override
        public void start() {
            workers.start();
            running = true;
        }

        @Override
        public void stop() {
            workers.close();
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return AFTER_KERNEL;
        }
    }
}
