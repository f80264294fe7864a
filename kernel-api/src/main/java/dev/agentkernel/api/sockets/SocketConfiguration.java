package dev.agentkernel.api.sockets;

import dev.agentkernel.api.requests.BytesInFlight;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
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
        return new Lifecycle(sockets);
    }

    private static final class Lifecycle implements SmartLifecycle {

        private final Sockets sockets;
        private volatile boolean running;

        Lifecycle(Sockets sockets) {
            this.sockets = sockets;
        }

        @Override
        public void start() {
            sockets.start();
            running = true;
        }

        @Override
        public void stop() {
            sockets.close();
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        /** Stops before the web server begins to refuse connections. */
        @Override
        public int getPhase() {
            return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
        }
    }
}
