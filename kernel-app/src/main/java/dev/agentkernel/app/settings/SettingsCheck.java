package dev.agentkernel.app.settings;

import dev.agentkernel.app.cli.ExitStatus;
import dev.agentkernel.app.cli.StartFailedException;
import dev.agentkernel.app.cli.UnreadableProperty;
import java.util.Locale;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Profiles;
import org.springframework.core.env.PropertySource;

/**
 * Refuses to start with a property that does not exist or has a value that is not allowed, before anything else happens: nothing
 * is opened, made or listened on by then.
 */
final class SettingsCheck implements EnvironmentPostProcessor, Ordered {

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> listed && !EnvironmentVariables.are(listed)) {
                requireKnown(listed);
            }
        }
        KernelProperties properties = bind(environment);
        requireAllowed(properties);
        ProxySettings.of(properties);
        requireOneStorage(environment, properties);
    }

    private static void requireOneStorage(ConfigurableEnvironment environment, KernelProperties properties) {
        if (environment.acceptsProfiles(Profiles.of("embedded & postgres"))) {
            throw refused("spring.profiles.active has both embedded and postgres; choose one of them.");
        }
        boolean postgres = environment.acceptsProfiles(Profiles.of("postgres"));
        if (!postgres && environment.acceptsProfiles(Profiles.of("webhook-worker"))) {
            throw refused(
                    "spring.profiles.active has webhook-worker without postgres; the embedded store has one process,"
                            + " which pushes by itself.");
        }
        if (postgres && properties.database().url() == null) {
            throw refused(
                    "kernel.database.url is missing; with the profile postgres it must say where the database is, as in"
                            + " jdbc:postgresql://localhost:5432/agentkernel.");
        }
        RegistryBackend backend = properties.cluster().registryBackend();
        if (!postgres && backend != null && backend != RegistryBackend.LOCAL) {
            throw refused("kernel.cluster.registry-backend is "
                    + backend.name().toLowerCase(Locale.ROOT)
                    + "; without the profile postgres it must be local, as there is one process only.");
        }
    }

    private static StartFailedException refused(String sentence) {
        return new StartFailedException(ExitStatus.CONFIGURATION, sentence);
    }

    private static void requireKnown(EnumerablePropertySource<?> source) {
        KnownProperties known = KnownProperties.OF_KERNEL;
        for (String name : source.getPropertyNames()) {
            if (known.isUnknown(name)) {
                throw refused(name + " is no property of the kernel; the nearest is " + known.nearestTo(name)
                        + ", and docs/configuration.md has them all.");
            }
        }
    }

    private static KernelProperties bind(ConfigurableEnvironment environment) {
        try {
            return Binder.get(environment).bindOrCreate("kernel", KernelProperties.class);
        } catch (BindException unreadable) {
            throw UnreadableProperty.failureOf(unreadable);
        }
    }

    /**
     * Checks every value against its range.
     *
     * @throws StartFailedException that names the first property out of its range, its value and the range
     */
    static void requireAllowed(KernelProperties properties) {
        for (PropertyTree.Leaf leaf : PropertyTree.of(properties)) {
            leaf.complaint().ifPresent(complaint -> {
                throw refused(complaint);
            });
        }
    }

    /** After every other source of properties was added. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }
}
