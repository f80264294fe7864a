package dev.agentkernel.bench;

import dev.agentkernel.bench.load.LoadSettings;
import dev.agentkernel.bench.load.Operation;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.JavaCommand;
import dev.agentkernel.bench.process.RunningServer;
import dev.agentkernel.bench.queues.QueueSettings;
import dev.agentkernel.bench.soak.SoakSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The options of the load benchmark, read from the command line and checked. */
final class BenchmarkOptions {
    static final String HELP = """
            Measures the kernel over HTTP, and in the same run a bare Tomcat that gives the same answers.

            java -jar kernel-bench/target/kernel-bench.jar [options]        (JDK 21 or later; figures are taken on 25)

              --scenario load|memory|queues|beside|sockets|waiting|webhooks|streams|cluster|soak
                                         what to measure [load]
              --kernel-jar FILE          the packaged kernel [the newest kernel-app/target/kernel-app-*.jar]
              --target URL               measure a kernel that runs already, on the loopback interface, instead of starting one;
                                         its rate limits have to be raised by whoever started it
              --target-pid PID           its process, for processor time and memory
              --data-dir DIR             where to make a fresh directory for data and logs, deleted at the end
                                         [the system's directory for temporary files]
              --heap SIZE                -Xmx of kernel and bare Tomcat [256m]
              --jvm-arg ARG              one more JVM flag for both; may be repeated
              --kernel-arg --NAME=VALUE  one more property for the kernel; may be repeated; replaces the harness's own

            of the scenario "load":
              --operations A,B           [%s]
              --connections N,N          how many connections, each with one request outstanding [1,16,64]
              --rounds N                 pairs of rounds, kernel and bare Tomcat in turn [5]
              --seconds S                length of one round [5]
              --warmup S                 warm-up of each server before each operation and each case [3]
              --agents N                 after all operations with 1,000 agents, register up to N and measure again
                                         agents-me, unknown-token and registry-page [1000]
              --csv FILE                 write one line per case and server
              --rounds-csv FILE          write one line per round and server

            of the scenario "memory" (always starts the kernel itself):
              --queued-mebibytes N       how much message content to queue [1024]

            of the scenario "queues" (always starts the kernel itself; also --connections and --rounds):
              --queue-agents N           how many agents have a queue [10000]
              --queued N                 how many messages wait, in all queues together [1000000]
              --churned N                how many are sent and taken before it is measured again; with KERNEL_DATABASE_URL in the
                                         environment once more beside a long transaction; 0 leaves that out [1000000]
              --sample N                 how many messages are sent, and then taken, in one round [50000]

            of the scenario "beside" (always starts the kernel itself; also --connections, --rounds, --seconds and --warmup):
              --beside COMMAND           another program, for the shell, which measures for as long as a round lasts and prints its
                                         rate per second as the last line; durable sends are measured in turn with it

            of the scenario "sockets" (always starts the kernel itself; both processes need as many open files):
              --sockets N                how many workers to connect, one for each agent [10000]

            of the scenario "waiting" (always starts the kernel itself; both processes need as many open files):
              --requests N               how many requests to let wait, one for each agent [10000]

            of the scenario "webhooks" (always starts the kernel itself):
              --rate N                   messages a second while delays are measured [300]
              --pairs N                  pairs of rounds, all receivers well and some of them ill in turn [7]

            of the scenario "streams" (always starts the kernel itself; also --pairs and --seconds):
              --subscribers N            how many follow the events [100]

            of the scenario "cluster" (starts the replicas itself, on an empty database that --kernel-arg names, or the environment:
            --kernel-arg --kernel.database.url=jdbc:postgresql://HOST/NAME, and so .username and .password):
              --replicas N               how many run, two at least [3]
              --pairs N                  pairs of rounds, one replica and two in turn [7]
              --seconds S                length of one round [5]

            of the scenario "soak" (always starts the kernel itself; by kernel-bench/with-postgres.sh on PostgreSQL):
              --minutes N                how long the load lasts [60]
              --kill-minutes N           how long each kernel lives before kill -9 [5]
              --rate N                   operations a second [120]
              --restart-database COMMAND a command for the shell that restarts the database, run twice
                                         [BENCH_RESTART_DATABASE in the environment, which with-postgres.sh sets]
              --csv FILE                 write one line per sample, every ten seconds
              --chart FILE               write the samples as an SVG

            Standard output is the report, standard error the progress. Exit status: 0 when every answer had the expected status
            (and a soak lost, doubled and piled up nothing), 1 when one had not or the run failed, 2 for a wrong option.
            """.formatted(
                    Arrays.stream(Operation.values()).map(Operation::label).collect(Collectors.joining(",")));

    private static final Set<String> COMMON =
            Set.of("--scenario", "--kernel-jar", "--data-dir", "--heap", "--jvm-arg", "--kernel-arg");
    private static final Set<String> REPEATABLE = Set.of("--jvm-arg", "--kernel-arg");
    private static final int MINUTES_MAX = 7 * 24 * 60;
    private static final int REPLICAS_MIN = 2;
    private static final int REPLICAS_MAX = 5;
    private static final int SOCKETS_MAX = 19_000;
    private static final int REQUESTS_MAX = 10_000;
    private static final int RATE_MAX = 10_000;
    private static final int PAIRS_MAX = 100;

    /** As many streams as the kernel allows unless it is told otherwise. */
    private static final int SUBSCRIBERS_MAX = 100;

    private static final int QUEUED_MEBIBYTES_MAX = 9_000;

    private final CommandLine line;
    private final Scenario scenario;

    BenchmarkOptions(String... arguments) {
        Set<String> known = new HashSet<>(COMMON);
        for (Scenario each : Scenario.values()) {
            known.addAll(each.options());
        }
        line = new CommandLine(List.of(arguments), known, REPEATABLE);
        scenario = Scenario.of(line.text("--scenario").orElse(Scenario.LOAD.label()));
        Set<String> ofOthers = new HashSet<>(known);
        ofOthers.removeAll(COMMON);
        ofOthers.removeAll(scenario.options());
        refuse(ofOthers, "has no meaning in the scenario \"" + scenario.label() + "\"");
        if (line.has("--target")) {
            refuse(Set.of("--kernel-jar", "--kernel-arg"), "has no meaning with --target, which starts no kernel");
        }
        if (line.has("--target-pid") && !line.has("--target")) {
            throw new BenchmarkFailure("--target-pid needs --target");
        }
        checkValues();
    }

    /** Reads every value once, so that a wrong one is told before anything is started. */
    private void checkValues() {
        target();
        load();
        queuedMebibytes();
        sockets();
        requests();
        rate();
        pairs();
        replicas();
        subscribers();
        if (scenario == Scenario.QUEUES) {
            queues();
        }
        if (scenario == Scenario.BESIDE) {
            beside();
        }
        if (scenario == Scenario.SOAK) {
            soak(System.getenv());
        }
    }

    /** The command to measure in turn with. */
    String beside() {
        return line.text("--beside")
                .orElseThrow(() -> new BenchmarkFailure("the scenario \"beside\" needs --beside COMMAND; see --help"));
    }

    QueueSettings queues() {
        return new QueueSettings(
                line.wholeNumber("--queue-agents", 10_000),
                line.wholeNumber("--queued", 1_000_000),
                line.wholeNumber("--churned", 1_000_000),
                line.wholeNumber("--sample", 50_000),
                line.wholeNumber("--rounds", 3),
                line.wholeNumber("--connections", 64));
    }

    /** The settings of a soak, which finds the way to restart its database in the environment. */
    SoakSettings soak(Map<String, String> environment) {
        return new SoakSettings(
                Duration.ofMinutes(within("--minutes", 60, MINUTES_MAX)),
                Duration.ofMinutes(within("--kill-minutes", 5, MINUTES_MAX)),
                within("--rate", 120, RATE_MAX),
                line.text("--restart-database")
                        .or(() -> Optional.ofNullable(environment.get("BENCH_RESTART_DATABASE"))),
                csv(),
                line.text("--chart").map(Path::of));
    }

    int pairs() {
        return within("--pairs", 7, PAIRS_MAX);
    }

    int replicas() {
        return within("--replicas", 3, REPLICAS_MIN, REPLICAS_MAX);
    }

    int subscribers() {
        return within("--subscribers", 100, SUBSCRIBERS_MAX);
    }

    int sockets() {
        return within("--sockets", 10_000, SOCKETS_MAX);
    }

    int requests() {
        return within("--requests", 10_000, REQUESTS_MAX);
    }

    int rate() {
        return within("--rate", 300, RATE_MAX);
    }

    private int within(String name, int byDefault, int most) {
        return within(name, byDefault, 1, most);
    }

    private int within(String name, int byDefault, int least, int most) {
        int number = line.wholeNumber(name, byDefault);
        if (number < least || number > most) {
            throw new BenchmarkFailure(name + " is " + number + "; allowed: " + least + " to " + most);
        }
        return number;
    }

    private void refuse(Set<String> names, String why) {
        names.stream().filter(line::has).sorted().findFirst().ifPresent(given -> {
            throw new BenchmarkFailure(given + " " + why + "; see --help");
        });
    }

    Scenario scenario() {
        return scenario;
    }

    /** Returns the kernel that runs already, empty when one is to be started. */
    Optional<RunningServer> target() {
        return line.text("--target").map(url -> {
            try {
                return RunningServer.at(URI.create(url), line.wholeNumber("--target-pid", 0));
            } catch (IllegalArgumentException malformed) {
                throw new BenchmarkFailure("--target is \"" + url + "\", which is not a URL");
            }
        });
    }

    JavaCommand java() {
        List<String> flags =
                new ArrayList<>(List.of("-Xmx" + line.text("--heap").orElse("256m")));
        flags.addAll(line.all("--jvm-arg"));
        return new JavaCommand(flags);
    }

    List<String> kernelArguments() {
        return line.all("--kernel-arg");
    }

    Path dataParent() {
        return Path.of(line.text("--data-dir").orElse(System.getProperty("java.io.tmpdir")));
    }

    /** Returns the packaged kernel, which must exist. */
    Path kernelJar() {
        Path jar = line.text("--kernel-jar").map(Path::of).orElseGet(BenchmarkOptions::newestKernelJar);
        if (!Files.isRegularFile(jar)) {
            throw new BenchmarkFailure(
                    "there is no kernel at " + jar + "; build it with: mvn -pl kernel-app -am package");
        }
        return jar;
    }

    private static Path newestKernelJar() {
        Path directory = Path.of("kernel-app", "target");
        if (!Files.isDirectory(directory)) {
            return directory.resolve("kernel-app.jar");
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file ->
                            file.getFileName().toString().matches("kernel-app-[0-9].*(?<!-sources|-javadoc)\\.jar"))
                    .max((one, other) -> Long.compare(
                            one.toFile().lastModified(), other.toFile().lastModified()))
                    .orElse(directory.resolve("kernel-app.jar"));
        } catch (IOException failure) {
            throw new BenchmarkFailure("cannot list " + directory + ": " + failure, failure);
        }
    }

    LoadSettings load() {
        return new LoadSettings(
                line.has("--operations")
                        ? line.list("--operations", "").stream()
                                .map(Operation::of)
                                .toList()
                        : List.of(Operation.values()),
                line.list("--connections", "1,16,64").stream()
                        .map(count -> CommandLine.parseWhole("--connections", count))
                        .toList(),
                line.wholeNumber("--rounds", 5),
                seconds("--seconds", 5),
                seconds("--warmup", 3),
                line.wholeNumber("--agents", LoadSettings.AGENTS_AT_FIRST));
    }

    private Duration seconds(String name, double byDefault) {
        return Duration.ofNanos((long) (line.number(name, byDefault) * 1e9));
    }

    int queuedMebibytes() {
        return within("--queued-mebibytes", 1024, QUEUED_MEBIBYTES_MAX);
    }

    Optional<Path> csv() {
        return line.text("--csv").map(Path::of);
    }

    Optional<Path> roundsCsv() {
        return line.text("--rounds-csv").map(Path::of);
    }
}
