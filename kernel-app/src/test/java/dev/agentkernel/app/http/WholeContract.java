package dev.agentkernel.app.http;

import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestClassOrder;

/** All suites; a kind of storage is tested by a subclass that registers its {@link Kernels}. */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
abstract class WholeContract {

    @Nested
    class Operators extends OperatorsSuite {}

    @Nested
    class Agents extends AgentsSuite {}

    @Nested
    class Accounts extends AccountsSuite {}

    @Nested
    class Webhooks extends WebhookSuite {}

    @Nested
    class Profiles extends ProfilesSuite {}

    @Nested
    class Removals extends RemovalSuite {}

    @Nested
    class StateWaiting extends StateWaitingSuite {}

    @Nested
    class Verification extends VerificationSuite {}

    @Nested
    class Registry extends RegistrySuite {}

    @Nested
    class Messages extends MessagesSuite {}

    @Nested
    class MessageContexts extends MessageContextSuite {}

    @Nested
    class Acknowledgement extends AcknowledgementSuite {}

    @Nested
    class DeadLetters extends DeadLettersSuite {}

    @Nested
    class Waiting extends WaitingSuite {}

    @Nested
    class Idempotency extends IdempotencySuite {}

    @Nested
    class BrokenAnswers extends BrokenAnswersSuite {}

    @Nested
    class Workers extends WorkersSuite {}

    @Nested
    class WorkerCrashes extends WorkerCrashesSuite {}

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
    class Events extends EventsSuite {}

    @Nested
    class Stream extends StreamSuite {}

    @Nested
    class Activity extends ActivitySuite {}

    @Nested
    class Tokens extends TokensSuite {}

    @Nested
    class Observers extends ObserversSuite {}

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
    class Monitoring extends MonitoringSuite {}

    @Nested
    class RequestIdentity extends RequestIdSuite {}

    @Nested
    class Failures extends FailuresSuite {}

    @Nested
    class Restart extends RestartSuite {}

    @Nested
    class Dashboard extends DashboardSuite {}

    /** Last, since it looks at what the others have seen. */
    @Nested
    @Order(Integer.MAX_VALUE)
    class Coverage extends CoverageSuite {}
}
