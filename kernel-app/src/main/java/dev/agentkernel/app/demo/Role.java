package dev.agentkernel.app.demo;

/** The rules by which one agent plays. An agent has its own role object, which may remember things; all run in one thread. */
interface Role {

    /** Nobody asked anything: what it does of its own accord, which may be nothing. */
    void act(Turn turn);

    /** Reacts to a line of another agent; unknown verbs are ignored. */
    void hear(Turn turn, String from, Line line);

    /** The role of a part. */
    static Role of(Member.Part part) {
        return switch (part) {
            case PLANNER -> new Planner();
            case CARRIER -> new Carrier();
            case WAREHOUSE -> new Warehouse();
            case WEATHER -> new Weather();
            case AUDITOR -> new Auditor();
        };
    }
}
