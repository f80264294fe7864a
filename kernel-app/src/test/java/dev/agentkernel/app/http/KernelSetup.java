package dev.agentkernel.app.http;

import java.util.List;

/** The configurations that the suites need; each is one kernel, started when the first test asks for it. */
enum KernelSetup {

    /** Defaults, but for the budgets of agents, which are out of the way, and a limit of attempts; trusts no proxy. */
    OPEN(
            "--kernel.admin.token=" + KernelSetup.ADMIN_TOKEN,
            "--kernel.messaging.max-attempts=" + KernelSetup.ATTEMPTS_MAX,
            "--kernel.limits.message-send-per-minute=1000000000",
            "--kernel.limits.message-receive-per-minute=1000000000",
            "--kernel.limits.state-read-per-minute=1000000000",
            "--kernel.limits.state-write-per-minute=1000000000",
            "--kernel.limits.registry-read-per-minute=1000000000",
            "--kernel.limits.observation-per-minute=1000000000",
            "--kernel.limits.operator-registrations-per-hour=1000"),

    /**
     * Default budgets, little room in queues and state, terms to be accepted, a trusted proxy, little patience, and a token for
     * observers.
     */
    NARROW(
            "--kernel.admin.token=" + KernelSetup.ADMIN_TOKEN,
            "--kernel.observation.access=token",
            "--kernel.observation.token=" + KernelSetup.OBSERVATION_TOKEN,
            "--kernel.limits.observation-per-minute=20",
            "--kernel.observation.streams-max=2",
            "--kernel.trusted-proxies=127.0.0.1",
            "--kernel.operators.require-terms=true",
            "--kernel.verification.gate=pipeline",
            "--kernel.limits.agents-per-operator=3",
            "--kernel.limits.blocks-per-agent=2",
            "--kernel.messaging.max-queue-per-agent=5",
            "--kernel.messaging.total-queue-bytes=64KB",
            "--kernel.state.capacity-bytes=4KB",
            "--server.tomcat.connection-timeout=1s"),

    /** Its challenges expire soon. */
    BRIEF("--kernel.verification.challenge-expiry=1s", "--kernel.limits.operator-registrations-per-hour=1000"),

    /** Pushes to receivers on this host, tries twice, and little; one sender may take up a tenth of a queue. */
    PUSHING(
            "--kernel.webhook.allow-private-addresses=true",
            "--kernel.webhook.retries=100ms",
            "--kernel.limits.webhook-per-minute=5",
            "--kernel.messaging.max-queue-per-agent=100",
            "--kernel.messaging.max-share-per-sender=10",
            "--kernel.limits.operator-registrations-per-hour=1000"),

    /** Is stopped and started again; its event log has many segments. */
    RESTARTED(
            "--kernel.verification.gate=proof_of_work",
            "--kernel.verification.proof-of-work-difficulty=10",
            "--kernel.limits.state-write-per-minute=1000",
            "--kernel.limits.operator-registrations-per-hour=1000",
            "--kernel.events.segment-bytes=8KB");

    /** How often the open kernel hands out a message. */
    static final int ATTEMPTS_MAX = 4;

    static final String ADMIN_TOKEN = "administrators-token-of-the-tests-0123456789";

    static final String OBSERVATION_TOKEN = "observers-token-of-the-narrow-kernel";

    private final List<String> arguments;

    KernelSetup(String... arguments) {
        this.arguments = List.of(arguments);
    }

    List<String> arguments() {
        return arguments;
    }
}
