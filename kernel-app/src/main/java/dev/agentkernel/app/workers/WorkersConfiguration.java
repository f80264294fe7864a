package dev.agentkernel.app.workers;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.agentkernel.api.lifecycle.StartOrder;
import dev.agentkernel.app.storage.StorageDescription;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.workers.Workers;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Workers: agents that are connected by sockets. */
@Configuration(proxyBeanMethods = false)
public class WorkersConfiguration {

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
        return StartOrder.WORKERS.of(workers::start, workers::close);
    }
}
