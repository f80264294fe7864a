package dev.agentkernel.app.http;

import dev.agentkernel.app.KernelApplication;
import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import dev.agentkernel.app.contract.OpenApiContract;
import dev.agentkernel.app.contract.WorkerClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole application at free ports, with ways to become somebody in it. */
final class RunningKernel implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final Faults faults;
    private final ShiftedClock clock;
    private final OpenApiContract contract;
    private int operators;

    private RunningKernel(
            ConfigurableApplicationContext context, Faults faults, ShiftedClock clock, OpenApiContract contract) {
        this.context = context;
        this.faults = faults;
        this.clock = clock;
        this.contract = contract;
    }

    static RunningKernel start(KernelSetup setup, List<String> storage, ShiftedClock clock, OpenApiContract contract) {
        Faults faults = new Faults();
        SpringApplication application = new SpringApplication(KernelApplication.class);
        application.setRegisterShutdownHook(false);
        application.addInitializers(context -> {
            context.getBeanFactory().addBeanPostProcessor(faults);
            context.getBeanFactory().addBeanPostProcessor(clock);
            if (setup == KernelSetup.PUSHING) {
                context.getBeanFactory().addBeanPostProcessor(HttpsReceiver.trust());
            }
        });
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--management.server.port=0",
                "--kernel.storage.reserve-bytes=1MB"));
        arguments.addAll(setup.arguments());
        arguments.addAll(storage);
        return new RunningKernel(application.run(arguments.toArray(String[]::new)), faults, clock, contract);
    }

    /** What the storage fails with, when a test wants it to. */
    Faults faults() {
        return faults;
    }

    ShiftedClock clock() {
        return clock;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    URI api() {
        return at("local.server.port");
    }

    URI management() {
        return at("local.management.port");
    }

    private URI at(String portProperty) {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getRequiredProperty(portProperty));
    }

    /** A worker of an agent, connected. */
    WorkerClient connect(Agent agent, String workerId) throws Exception {
        return WorkerClient.connect(api().getAuthority(), agent.token(), workerId);
    }

    /** A worker of an agent, whatever the kernel says to it. */
    WorkerClient open(Agent agent, String workerId) throws Exception {
        return WorkerClient.open(api().getAuthority(), agent.token(), workerId);
    }

    /** A client without a token. */
    ContractClient anyone() {
        return ContractClient.of(api(), contract);
    }

    /** A client that a proxy says to be at an address. */
    ContractClient anyoneAt(String address) {
        return anyone().header("X-Forwarded-For", address);
    }

    /** A new operator, registered from an address that no test uses. */
    Operator newOperator() {
        operators++;
        Answer answer = anyoneAt("198.18." + operators / 256 + "." + operators % 256)
                .post("/v1/operators", Map.of("contact_hash", "operator " + operators, "accept_terms", true))
                .expect(201);
        String key = answer.text("api_key");
        return new Operator(answer.text("operator_id"), key, anyone().as(key));
    }

    /** A new agent of a new operator. */
    Agent newAgent() {
        return newOperator().newAgent();
    }

    /** An agent that was registered before a restart, as it calls the kernel of now. */
    Agent again(Agent agent) {
        return new Agent(agent.address(), agent.token(), anyone().as(agent.token()));
    }

    Operator again(Operator operator) {
        return new Operator(operator.id(), operator.key(), anyone().as(operator.key()));
    }

    @Override
    public void close() {
        context.close();
    }
}
