package dev.agentkernel.app.cli;

import java.net.BindException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.tomcat.ConnectorStartFailedException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.env.PropertyResolver;
import org.springframework.core.env.StandardEnvironment;

/** Finds, in the chain of causes of a failed start, what a person can do something about. */
final class StartFailures {

    /** No chain of causes that anybody raised is longer; one that is has a cycle. */
    private static final int CAUSES_MAX = 50;

    private StartFailures() {}

    /** The failure as far as its chain of causes tells it. */
    static Optional<StartFailedException> explain(Throwable failure) {
        return explain(failure, new StandardEnvironment());
    }

    /** The failure in one sentence, or nothing when it is a fault of the kernel. */
    static Optional<StartFailedException> explain(Throwable failure, PropertyResolver properties) {
        return first(failure, cause -> explainAlone(cause, properties));
    }

    private static @Nullable StartFailedException explainAlone(Throwable cause, PropertyResolver properties) {
        return switch (cause) {
            case StartFailedException known -> known;
            case PortInUseException inUse -> portUnavailable(inUse.getPort(), "is in use", inUse, properties);
            case ConnectorStartFailedException failed ->
                portUnavailable(failed.getPort(), "cannot be listened on", failed, properties);
            case InvalidConfigurationPropertyValueException invalid -> UnreadableProperty.failureOf(invalid);
            case org.springframework.boot.context.properties.bind.BindException unreadable ->
                UnreadableProperty.failureOf(unreadable);
            case BindException refused -> addressUnavailable(refused, properties);
            default -> null;
        };
    }

    private static StartFailedException portUnavailable(
            int port, String what, Throwable cause, PropertyResolver properties) {
        boolean management = port == properties.getProperty("management.server.port", Integer.class, -1);
        String prefix = management ? "management.server" : "server";
        String address = properties.getProperty(prefix + ".address", "");
        return new StartFailedException(
                ExitStatus.PORT_UNAVAILABLE,
                "Port " + port + " of " + (address.isEmpty() ? "this host" : address) + " " + what
                        + "; free it, or choose another " + prefix + ".port.",
                cause);
    }

    private static StartFailedException addressUnavailable(BindException refused, PropertyResolver properties) {
        return new StartFailedException(
                ExitStatus.PORT_UNAVAILABLE,
                "The kernel cannot listen (" + refused.getMessage() + "): server.address is "
                        + properties.getProperty("server.address", "") + ", server.port is "
                        + properties.getProperty("server.port", "") + ", management.server.port is "
                        + properties.getProperty("management.server.port", "")
                        + "; choose an address of this host, and ports that this user may open.",
                refused);
    }

    private static <T> Optional<T> first(Throwable failure, Function<Throwable, @Nullable T> of) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            T found = of.apply(cause);
            if (found != null) {
                return Optional.of(found);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }
}
