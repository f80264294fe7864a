package dev.agentkernel.app;

import dev.agentkernel.api.gate.Observers;
import dev.agentkernel.app.secrets.AdminToken;
import dev.agentkernel.app.secrets.ObservationToken;
import dev.agentkernel.app.settings.EnvironmentVariables;
import dev.agentkernel.app.storage.StorageDescription;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;

/** Tells a person, once everything is up, what runs where. */
final class StartupReport implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger log = LoggerFactory.getLogger(StartupReport.class);

    private final StorageDescription storage;
    private final AdminToken adminToken;
    private final ObservationToken observationToken;
    private final Observers observers;

    StartupReport(
            StorageDescription storage, AdminToken adminToken, ObservationToken observationToken, Observers observers) {
        this.storage = storage;
        this.adminToken = adminToken;
        this.observationToken = observationToken;
        this.observers = observers;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        ConfigurableEnvironment environment = ready.getApplicationContext().getEnvironment();
        EnvironmentVariables.misspeltIn(environment).forEach(log::warn);
        linesOf(environment, Objects.requireNonNullElse(ready.getTimeTaken(), Duration.ZERO))
                .forEach(log::info);
    }

    private List<String> linesOf(ConfigurableEnvironment environment, Duration took) {
        String api = urlOf("server.address", "local.server.port", environment);
        String management = urlOf("management.server.address", "local.management.port", environment);
        return List.of(
                "Agent Kernel %s is ready after %.1f s"
                        .formatted(
                                environment.getProperty("spring.application.version", ""), took.toMillis() / 1_000.0),
                environment.matchesProfiles("webhook-worker")
                        ? "API           none: this process pushes to webhooks"
                        : "API           " + api + "/v1, documented at " + api + "/docs",
                "Operations    " + management + "/actuator/health and /actuator/prometheus",
                "Storage       %s, in %s".formatted(storage.kind(), storage.place()),
                "Observation   pages at " + api + "/ and " + api + "/observe, for " + observersInWords(),
                "Admin token   in " + adminToken.place());
    }

    private String observersInWords() {
        return switch (observers.audience()) {
            case EVERYBODY -> "everybody who reaches it";
            case THIS_HOST -> "everybody on this host";
            case NOBODY -> "who has the token in " + observationToken.place();
        };
    }

    private static String urlOf(String addressProperty, String portProperty, ConfigurableEnvironment environment) {
        String address = environment.getProperty(addressProperty, "");
        String host = address.isEmpty() || address.equals("0.0.0.0") || address.equals("::") ? "localhost" : address;
        return "http://%s:%s"
                .formatted(host.contains(":") ? "[" + host + "]" : host, environment.getProperty(portProperty, "?"));
    }
}
