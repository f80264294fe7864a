package dev.agentkernel.app.browser;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The pages for people, as a browser shows them. */
class DashboardInBrowserTest {

    @TempDir
    static Path directory;

    @RegisterExtension
    static final Browsing BROWSING = new Browsing(() -> directory);

    @AfterAll
    static void stop() {
        BROWSING.close();
    }

    @Nested
    class Admission extends AdmissionSuite {}

    @Nested
    class Overview extends OverviewSuite {}

    @Nested
    class Events extends EventsSuite {}

    @Nested
    class Agents extends AgentsSuite {}

    @Nested
    class Network extends NetworkSuite {}

    @Nested
    class State extends StateSuite {}

    @Nested
    class Transparency extends TransparencySuite {}

    @Nested
    class HostileContent extends HostileContentSuite {}

    @Nested
    class Looks extends LooksSuite {}

    @Nested
    class Connection extends ConnectionSuite {}

    @Nested
    class Load extends LoadSuite {}

    @Nested
    class Endurance extends EnduranceSuite {}
}
