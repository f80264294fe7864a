package dev.agentkernel.api.testing;

import dev.agentkernel.api.ApiSettings;
import dev.agentkernel.api.KernelApiConfiguration;
import dev.agentkernel.api.gate.ObserverSessions;
import dev.agentkernel.api.gate.Observers;
import dev.agentkernel.api.gate.TrustedProxies;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.KernelListeners;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.cluster.LocalPresence;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.commit.CommitSettings;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.limits.RateLimitSettings;
import dev.agentkernel.core.limits.RateLimitSettings.Budget;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.MessagingSettings;
import dev.agentkernel.core.registry.RegistrySettings;
import dev.agentkernel.core.state.StateSettings;
import dev.agentkernel.core.verification.VerificationSettings;
import dev.agentkernel.core.webhooks.WebhookTestCall;
import dev.agentkernel.core.workers.Workers;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The interface on a real Tomcat at a free port, over a kernel in memory. */
public final class ApiServer implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private ApiServer(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts a server whose budgets are out of the way, but for those given. */
    public static ApiServer start(Map<RateCategory, Budget> budgets, String... properties) {
        SpringApplication application = new SpringApplication(Application.class);
        application.addInitializers(
                context -> context.getBeanFactory().registerSingleton("budgets", new Budgets(budgets)));
        List<String> arguments = new java.util.ArrayList<>(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.threads.virtual.enabled=true",
                "--spring.servlet.multipart.enabled=false",
                "--spring.mvc.publish-request-handled-events=false",
                "--spring.mvc.formcontent.filter.enabled=false",
                "--server.servlet.encoding.enabled=false",
                "--server.forward-headers-strategy=none",
                "--spring.main.banner-mode=off",
                "--logging.level.root=warn"));
        arguments.addAll(List.of(properties));
        return new ApiServer(application.run(arguments.toArray(String[]::new)));
    }

    public int port() {
        return ((ServletWebServerApplicationContext) context).getWebServer().getPort();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }

    record Budgets(Map<RateCategory, Budget> given) {

        RateLimitSettings settings() {
            Map<RateCategory, Budget> all = new EnumMap<>(RateCategory.class);
            for (RateCategory category : RateCategory.values()) {
                all.put(category, given.getOrDefault(category, Budget.perMinute(1_000_000)));
            }
            return new RateLimitSettings(all);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(KernelApiConfiguration.class)
    static class Application {

        @Bean
        MemoryStorage storage() {
            // What answers show of a time has no more than microseconds.
            return new MemoryStorage(() -> Instant.now().truncatedTo(ChronoUnit.MICROS));
        }

        @Bean
        Presence presence() {
            return new LocalPresence(
                    Kernel.Settings.SINGLE_REPLICA, "9.9.9-test", InstantSource.system(), new LocalWakeups());
        }

        @Bean
        ApiSettings apiSettings() {
            return new ApiSettings("9.9.9-test", TrustedProxies.of(List.of("127.0.0.1")), 64L << 20, 100);
        }

        @Bean(initMethod = "start", destroyMethod = "close")
        Workers workers(Kernel kernel) {
            LocalWakeups wakeups = new LocalWakeups();
            return new Workers(
                    kernel.messages(),
                    kernel.authenticator(),
                    new LocalPresence("single", "9.9.9-test", InstantSource.system(), wakeups),
                    wakeups,
                    LeaseHolder.socketsOf("single"),
                    UUID::randomUUID,
                    System::nanoTime);
        }

        @Bean
        WebhookTestCall webhookTestCall() {
            return (endpoint, keys, message) -> Optional.empty();
        }

        @Bean
        Observers observers() {
            KernelSecret secret = new KernelSecret(KernelSecret.generate());
            return new Observers(
                    Observers.Audience.EVERYBODY,
                    token -> false,
                    new ObserverSessions(secret.keyFor("sessions"), InstantSource.system()));
        }

        @Bean(initMethod = "start")
        Kernel kernel(MemoryStorage storage, Budgets budgets) {
            return new Kernel(
                    storage,
                    new Kernel.Settings(
                            CommitSettings.DEFAULT,
                            budgets.settings(),
                            RegistrySettings.DEFAULT,
                            MessagingSettings.DEFAULT,
                            StateSettings.DEFAULT,
                            VerificationSettings.DEFAULT,
                            true,
                            Kernel.Settings.SINGLE_REPLICA),
                    new Kernel.Environment(
                            new KernelSecret(KernelSecret.generate()),
                            InstantSource.system(),
                            new LocalWakeups(),
                            url -> url.startsWith("https://")
                                    ? Optional.empty()
                                    : Optional.of("the URL must begin with https://."),
                            KernelListeners.NONE,
                            fault -> {
                                throw new IllegalStateException("the kernel would have stopped", fault);
                            }));
        }
    }
}
