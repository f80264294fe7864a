package dev.agentkernel.app;

import dev.agentkernel.app.tracing.TracingConfiguration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

/**
 * Leaves out what every request would pay for, unless a property asks for it. A filter, because what {@link KernelApplication}
 * excludes cannot be imported again, whoever does it.
 */
final class AutoConfigurationOnDemand implements AutoConfigurationImportFilter, EnvironmentAware {

    /** Asks for the duration of every request, by path and status. */
    static final String HTTP_REQUESTS = "kernel.metrics.http-requests";

    private static final String BOOT = "org.springframework.boot.";
    private static final String REQUESTS = BOOT + "webmvc.autoconfigure.WebMvcObservationAutoConfiguration";

    private Environment environment = new StandardEnvironment();

    @Override
    public void setEnvironment(Environment given) {
        environment = given;
    }

    @Override
    public boolean[] match(@Nullable String[] names, AutoConfigurationMetadata metadata) {
        boolean[] wanted = new boolean[names.length];
        for (int i = 0; i < names.length; i++) {
            String name = names[i];
            // There is none where another filter has left it out.
            wanted[i] = name != null && wants(name);
        }
        return wanted;
    }

    boolean wants(String name) {
        if (name.startsWith(BOOT + "micrometer.tracing.") || name.startsWith(BOOT + "opentelemetry.")) {
            return isTraced();
        }
        return !name.equals(REQUESTS) || isTraced() || environment.getProperty(HTTP_REQUESTS, Boolean.class, false);
    }

    private boolean isTraced() {
        return environment.containsProperty(TracingConfiguration.COLLECTOR);
    }
}
