package dev.agentkernel.app.cli;

import dev.agentkernel.app.demo.Demo;
import dev.agentkernel.app.demo.DemoFailedException;
import dev.agentkernel.app.demo.DemoSettings;
import java.io.PrintStream;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** {@code demo [--url=…] [--agents=…] …}: plays a scene on a running kernel until Ctrl-C. */
final class DemoCommand {

    static final String NAME = "demo";

    private DemoCommand() {}

    /** Runs the command; returns when the scene is over. */
    static ExitStatus run(String[] options, PrintStream out) {
        DemoOptions read =
                DemoOptions.read(options, RandomGenerator.getDefault().nextInt(1, 1_000_000));
        if (read.help()) {
            out.print(DemoOptions.USAGE);
            return ExitStatus.OK;
        }
        Optional<String> complaint = read.complaint();
        if (complaint.isPresent()) {
            StandardError.say(complaint.get());
            return ExitStatus.USAGE;
        }
        return play(read.settings(), out);
    }

    private static ExitStatus play(DemoSettings settings, PrintStream out) {
        Demo demo = new Demo(settings, out::println);
        Thread end = Thread.ofPlatform().name("demo-end").unstarted(demo::stop);
        Runtime.getRuntime().addShutdownHook(end);
        try {
            demo.run();
            return ExitStatus.OK;
        } catch (DemoFailedException failed) {
            StandardError.say(failed.sentence());
            return ExitStatus.DEMO_FAILED;
        }
    }
}
