package dev.agentkernel.app;

import dev.agentkernel.api.KernelApiConfiguration;
import dev.agentkernel.app.access.AccessConfiguration;
import dev.agentkernel.app.cli.CommandLine;
import dev.agentkernel.app.commands.StoreCommands;
import dev.agentkernel.app.health.HealthConfiguration;
import dev.agentkernel.app.metrics.MetricsConfiguration;
import dev.agentkernel.app.storage.EmbeddedStorageConfiguration;
import dev.agentkernel.app.storage.PostgresStorageConfiguration;
import dev.agentkernel.app.tracing.TracingConfiguration;
import dev.agentkernel.app.webhooks.WebhookConfiguration;
import dev.agentkernel.app.workers.WorkersConfiguration;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.PersistenceExceptionTranslationAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.HttpEncodingAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.MultipartAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * The kernel as a Spring Boot application. Every part is named here, nothing is found by scanning; left out is what the storage
 * does for itself (databases) and what every request would pay for without need (filters; see also {@link AutoConfigurationOnDemand}).
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(
        exclude = {
            DataSourceAutoConfiguration.class,
            DataJpaRepositoriesAutoConfiguration.class,
            FlywayAutoConfiguration.class,
            HibernateJpaAutoConfiguration.class,
            HttpEncodingAutoConfiguration.class,
            MultipartAutoConfiguration.class,
            PersistenceExceptionTranslationAutoConfiguration.class,
            SecurityFilterAutoConfiguration.class,
            TransactionAutoConfiguration.class,
            UserDetailsServiceAutoConfiguration.class,
        })
@Import({
    AccessConfiguration.class,
    EmbeddedStorageConfiguration.class,
    HealthConfiguration.class,
    KernelApiConfiguration.class,
    KernelConfiguration.class,
    MetricsConfiguration.class,
    PostgresStorageConfiguration.class,
    TracingConfiguration.class,
    WebhookConfiguration.class,
    WorkersConfiguration.class,
})
public class KernelApplication {

    /** Runs a command, or the kernel until it is told to stop; see {@link dev.agentkernel.app.cli.ExitStatus} for how it ends. */
    public static void main(String[] arguments) {
        if (StoreCommands.isCommand(arguments)) {
            System.exit(StoreCommands.run(arguments));
        }
        CommandLine.run(KernelApplication.class, arguments);
    }
}
