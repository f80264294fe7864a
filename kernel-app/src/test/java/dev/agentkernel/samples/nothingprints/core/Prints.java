package dev.agentkernel.samples.nothingprints.core;

record Prints() {
    static void print() {
        System.out.println();
    }
}
