package dev.agentkernel.app.browser;

import dev.agentkernel.app.contract.OpenApiContract;
import dev.agentkernel.app.demo.Demo;
import dev.agentkernel.app.demo.DemoSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One browser and two kernels for all suites; an extension that hands itself to them. For one thread. */
final class Browsing implements ParameterResolver, ExecutionCondition, AutoCloseable {

    static final String OBSERVATION_TOKEN = "observers-token-of-the-quiet-kernel";

    private static final int AGENTS = 24;
    private static final int ACTIONS_PER_SECOND = 20;
    private static final int SEED = 7;

    private final Supplier<Path> directory;
    private final OpenApiContract contract = OpenApiContract.load();
    private @Nullable Chromium chromium;
    private @Nullable DashboardKernel lively;
    private @Nullable DashboardKernel quiet;
    private @Nullable Demo demo;
    private @Nullable FutureTask<@Nullable Void> population;

    Browsing(Supplier<Path> directory) {
        this.directory = directory;
    }

    Chromium chromium() {
        if (chromium == null) {
            chromium = Chromium.start();
        }
        return chromium;
    }

    /** The kernel on which the agents of the demo play. */
    DashboardKernel lively() {
        if (lively == null) {
            lively = new DashboardKernel(
                            directory.get().resolve("lively"),
                            contract,
                            "--kernel.webhook.allow-private-addresses=true")
                    .start();
            demo = new Demo(
                    new DemoSettings(
                            lively.origin().resolve("/"),
                            AGENTS,
                            ACTIONS_PER_SECOND,
                            SEED,
                            Duration.ZERO,
                            lively.operatorKey()),
                    line -> {});
            population = new FutureTask<>(demo::run, null);
            Thread.ofVirtual().name("population").start(population);
        }
        if (population != null && population.isDone()) {
            throw new IllegalStateException("The population has left the lively kernel: " + population);
        }
        return lively;
    }

    /** The kernel on which nothing happens but what a test does, and which shows itself by a token. */
    DashboardKernel quiet() {
        if (quiet == null) {
            quiet = new DashboardKernel(
                            directory.get().resolve("quiet"),
                            contract,
                            "--kernel.observation.access=token",
                            "--kernel.observation.token=" + OBSERVATION_TOKEN)
                    .start();
        }
        return quiet;
    }

    @Override
    public void close() {
        if (chromium != null) {
            chromium.close();
        }
        if (demo != null) {
            demo.stop();
        }
        if (lively != null) {
            lively.close();
        }
        if (quiet != null) {
            quiet.close();
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (System.getProperty(Chromium.PROPERTY, "").equals(Chromium.NONE)) {
            String reason =
                    "The pages are not tested, because -D" + Chromium.PROPERTY + "=" + Chromium.NONE + " says so.";
            System.err.println(reason);
            return ConditionEvaluationResult.disabled(reason);
        }
        return ConditionEvaluationResult.enabled("the pages are tested in a browser");
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Browsing.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return this;
    }
}
