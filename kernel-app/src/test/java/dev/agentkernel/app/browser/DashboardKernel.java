package dev.agentkernel.app.browser;

import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.KernelApplication;
import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import dev.agentkernel.app.contract.OpenApiContract;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole application on embedded storage, which comes back at the same port when it is restarted. For one thread. */
final class DashboardKernel implements AutoCloseable {

    static final String ADMIN_TOKEN = "administrators-token-of-the-tests-0123456789";

    private final Path data;
    private final List<String> arguments;
    private final OpenApiContract contract;
    private int port;
    private @Nullable ConfigurableApplicationContext context;
    private @Nullable String operatorKey;

    DashboardKernel(Path data, OpenApiContract contract, String... arguments) {
        this.data = data;
        this.contract = contract;
        this.arguments = List.of(arguments);
    }

    DashboardKernel start() {
        SpringApplication application = new SpringApplication(KernelApplication.class);
        application.setRegisterShutdownHook(false);
        List<String> all = new ArrayList<>(List.of(
                "--server.port=" + port,
                "--server.address=127.0.0.1",
                "--management.server.port=0",
                "--kernel.data-dir=" + data,
                "--kernel.storage.reserve-bytes=1MB",
                "--kernel.admin.token=" + ADMIN_TOKEN,
                "--kernel.limits.message-send-per-minute=1000000000",
                "--kernel.limits.message-receive-per-minute=1000000000",
                "--kernel.limits.state-write-per-minute=1000000000",
                "--kernel.limits.state-read-per-minute=1000000000",
                "--kernel.limits.observation-per-minute=1000000000",
                "--kernel.limits.operator-registrations-per-hour=1000",
                "--kernel.limits.agents-per-operator=1000000"));
        all.addAll(arguments);
        // Where the kernel was, others may have opened a connection from the same port meanwhile.
        context = await().atMost(Duration.ofMinutes(1))
                .pollInSameThread()
                .ignoreException(PortInUseException.class)
                .until(() -> application.run(all.toArray(String[]::new)), running -> true);
        port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
        return this;
    }

    void stop() {
        if (context != null) {
            context.close();
            context = null;
        }
    }

    URI origin() {
        return URI.create("http://127.0.0.1:" + port);
    }

    <T> T bean(Class<T> type) {
        if (context == null) {
            throw new IllegalStateException("the kernel is stopped");
        }
        return context.getBean(type);
    }

    ContractClient anyone() {
        return ContractClient.of(origin(), contract);
    }

    ContractClient administrator() {
        return anyone().as(ADMIN_TOKEN);
    }

    /** The key of the operator to whom all players belong. */
    String operatorKey() {
        if (operatorKey == null) {
            operatorKey = anyone().post("/v1/operators", Map.of("contact_hash", "browser tests", "accept_terms", true))
                    .expect(201)
                    .text("api_key");
        }
        return operatorKey;
    }

    /** A new agent with a name. */
    Player newPlayer(String name, String description, String... tags) {
        ContractClient operator = anyone().as(operatorKey());
        String challenge =
                operator.get("/v1/agents/verification-challenge").expect(200).text("challenge_id");
        Answer agent = operator.post(
                        "/v1/agents",
                        Map.of("verification_response", Map.of("challenge_id", challenge, "response", "anything")))
                .expect(201);
        ContractClient client = anyone().as(agent.text("agent_token"));
        client.put("/v1/agents/me/profile", Map.of("name", name, "description", description, "tags", List.of(tags)))
                .expect(200);
        return new Player(agent.text("agent_address"), client);
    }

    @Override
    public void close() {
        stop();
    }
}
