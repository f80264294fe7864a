package dev.agentkernel.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.tomcat.ConnectorStartFailedException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.mock.env.MockEnvironment;

class StartFailuresTest {

    private final MockEnvironment properties = new MockEnvironment()
            .withProperty("server.address", "127.0.0.1")
            .withProperty("server.port", "8080")
            .withProperty("management.server.port", "8081");

    @Test
    void portInUseShouldBeExplainedWithThePropertyThatChangesIt() {
        assertThat(StartFailures.explain(wrapped(new PortInUseException(8080)), properties))
                .hasValueSatisfying(failure -> {
                    assertThat(failure.status()).isEqualTo(ExitStatus.PORT_UNAVAILABLE);
                    assertThat(failure)
                            .hasMessage("Port 8080 of 127.0.0.1 is in use; free it, or choose another server.port.");
                });
    }

    @Test
    void managementPortInUseShouldBeExplainedWithItsOwnProperty() {
        assertThat(StartFailures.explain(wrapped(new PortInUseException(8081)), properties))
                .hasValueSatisfying(
                        failure -> assertThat(failure)
                                .hasMessage(
                                        "Port 8081 of this host is in use; free it, or choose another management.server.port."));
    }

    @Test
    void portThatCannotBeListenedOnShouldBeExplained() {
        assertThat(StartFailures.explain(wrapped(new ConnectorStartFailedException(8080)), properties))
                .hasValueSatisfying(failure -> assertThat(failure)
                        .hasMessage("Port 8080 of 127.0.0.1 cannot be listened on; free it, or choose"
                                + " another server.port."));
    }

    @Test
    void addressOfAnotherHostShouldBeExplained() {
        assertThat(StartFailures.explain(wrapped(new BindException("Cannot assign requested address")), properties))
                .hasValueSatisfying(failure -> assertThat(failure)
                        .hasMessage("The kernel cannot listen (Cannot assign requested address): server.address is"
                                + " 127.0.0.1, server.port is 8080, management.server.port is 8081; choose an address of"
                                + " this host, and ports that this user may open."));
    }

    @Test
    void unreadablePropertyOfSpringBootShouldBeExplained() {
        Binder binder = new Binder(new MapConfigurationPropertySource(Map.of("server.port", "http")));
        Throwable unreadable = org.assertj.core.api.Assertions.catchThrowable(
                () -> binder.bind("server.port", Bindable.of(Integer.class)));
        assertThat(StartFailures.explain(wrapped(unreadable), properties)).hasValueSatisfying(failure -> {
            assertThat(failure.status()).isEqualTo(ExitStatus.CONFIGURATION);
            assertThat(failure).hasMessage("server.port is \"http\"; it must be a whole number.");
        });
    }

    @Test
    void faultOfTheKernelShouldNotBeExplained() {
        assertThat(StartFailures.explain(wrapped(new IllegalStateException("a bug")), properties))
                .isEmpty();
    }

    @Test
    void cycleOfCausesShouldEnd() {
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second", first);
        first.initCause(second);
        assertThat(StartFailures.explain(first, properties)).isEmpty();
    }

    private static Throwable wrapped(Throwable cause) {
        return new IllegalStateException("outer", new IllegalStateException("inner", cause));
    }
}
