package dev.agentkernel.app.cli;

/** What the process tells with its exit status, numbered after {@code sysexits.h}. */
public enum ExitStatus {
    /** A command did what it was told. */
    OK(0, "all went well"),
    /** The command line holds something that is not {@code --property=value}. */
    USAGE(64, "an argument is neither a command nor of the form --property=value"),
    /** What is on the disk was damaged. */
    DAMAGED_DATA(65, "the event log or the database is damaged; nothing was changed"),
    /** What a command was to copy is not there. */
    NO_INPUT(66, "there is no store, or no complete backup, to copy from"),
    /** The demo found no kernel, or was refused. */
    DEMO_FAILED(68, "the demo found no kernel to play at, or was refused"),
    /** The database does not answer, or is not one that the kernel can work with. */
    DATABASE_AWAY(69, "the database cannot be reached or used"),
    /** A fault of the kernel, or a disk of which nobody knows what it holds. */
    INTERNAL(70, "an internal fault, or a failed fsync after which the process must start anew"),
    /** The port cannot be listened on. */
    PORT_UNAVAILABLE(71, "a port is in use or cannot be listened on"),
    /** The data directory cannot be made or written to. */
    CANNOT_CREATE(73, "the data directory cannot be made or written to, or is not empty where a command fills it"),
    /** The disk failed. */
    INPUT_OUTPUT(74, "reading or writing failed"),
    /** Another kernel works on the data directory. */
    IN_USE(75, "another kernel works on the data directory"),
    /** A property has a value that is not allowed, or does not exist. */
    CONFIGURATION(78, "a configuration property is unknown or has a value that is not allowed");

    private final int code;
    private final String meaning;

    ExitStatus(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** The number that the operating system gets. */
    public int code() {
        return code;
    }

    /** What it means, in words. */
    public String meaning() {
        return meaning;
    }
}
