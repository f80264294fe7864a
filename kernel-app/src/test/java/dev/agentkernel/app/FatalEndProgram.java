package dev.agentkernel.app;

/** Ends as the kernel does after a failed fsync, with a shutdown hook in place that must not run. */
final class FatalEndProgram {

    private FatalEndProgram() {}

    public static void main(String[] arguments) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("the hook ran")));
        FatalEnd.of(new IllegalStateException("fsync failed"));
    }
}
