package dev.agentkernel.api.sockets;

import dev.agentkernel.api.lifecycle.StartOrder;
import dev.agentkernel.api.requests.BytesInFlight;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Starts and stops the sockets with the application: they end before the port closes. */
@Configuration(proxyBeanMethods = false)
class SocketConfiguration {

    @Bean(destroyMethod = "close")
    Sockets sockets(BytesInFlight inFlight) {
        return new Sockets(inFlight, System::nanoTime);
    }

    @Bean
    SmartLifecycle socketsLifecycle(Sockets sockets) {
        return StartOrder.CONNECTIONS.of(sockets::start, sockets::close);
    }
}
