package dev.agentkernel.app.settings;

import java.util.ArrayList;
import java.util.List;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Finds variables of the environment that were probably meant for the kernel. */
public final class EnvironmentVariables {

    private EnvironmentVariables() {}

    /** One sentence for each variable that sets nothing because of its spelling. */
    public static List<String> misspeltIn(ConfigurableEnvironment environment) {
        List<String> sentences = new ArrayList<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> listed && are(listed)) {
                for (String variable : listed.getPropertyNames()) {
                    KnownProperties.OF_KERNEL
                            .misspeltIn(variable)
                            .ifPresent(meant -> sentences.add("The environment variable " + variable
                                    + " sets nothing; " + KnownProperties.variableOf(meant) + " would set " + meant
                                    + "."));
                }
            }
        }
        return sentences;
    }

    static boolean are(EnumerablePropertySource<?> source) {
        return source.getName().equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
    }
}
