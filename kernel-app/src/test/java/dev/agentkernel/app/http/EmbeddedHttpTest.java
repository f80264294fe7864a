package dev.agentkernel.app.http;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole contract over HTTP on the embedded storage. */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class EmbeddedHttpTest {

    @TempDir
    static Path directory;

    @RegisterExtension
    static final Kernels KERNELS = new Kernels(store -> List.of("--kernel.data-dir=" + directory.resolve(store)));

    @AfterAll
    static void stop() {
        KERNELS.close();
    }

    @Nested
    class Operators extends OperatorsSuite {}

    @Nested
    class Agents extends AgentsSuite {}

    @Nested
    class Verification extends VerificationSuite {}

    @Nested
    class Registry extends RegistrySuite {}

    @Nested
    class Messages extends MessagesSuite {}

    @Nested
    class Idempotency extends IdempotencySuite {}

    @Nested
    class BrokenAnswers extends BrokenAnswersSuite {}

    @Nested
    class State extends StateSuite {}

    @Nested
    class StateKeys extends StateKeysSuite {}

    @Nested
    class StateConditions extends StateConditionsSuite {}

    @Nested
    class StateListing extends StateListingSuite {}

    @Nested
    class Capacity extends CapacitySuite {}

    @Nested
    class RateLimits extends RateLimitsSuite {}

    @Nested
    class Routes extends RoutesSuite {}

    @Nested
    class Bodies extends BodiesSuite {}

    @Nested
    class RawRequests extends RawRequestsSuite {}

    @Nested
    class Surroundings extends SurroundingsSuite {}

    @Nested
    class Failures extends FailuresSuite {}

    @Nested
    class Restart extends RestartSuite {}

    /** Last, since it looks at what the others have seen. */
    @Nested
    @Order(Integer.MAX_VALUE)
    class Coverage extends CoverageSuite {}
}
