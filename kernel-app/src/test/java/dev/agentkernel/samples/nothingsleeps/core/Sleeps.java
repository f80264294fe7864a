package dev.agentkernel.samples.nothingsleeps.core;

record Sleeps() {
    static void sleep() throws InterruptedException {
        Thread.sleep(1);
    }
}
