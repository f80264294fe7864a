package dev.agentkernel.app.demo;

/**
 * An agent of the cast: what it is called in the scene, and how the kernel knows it.
 *
 * @param name unique in the cast
 * @param token never printed
 */
record Member(Part part, String name, String address, String token) {

    /** What kind of agent it is; decides by which {@link Role} it plays. */
    enum Part {
        PLANNER,
        CARRIER,
        WAREHOUSE,
        WEATHER,
        AUDITOR
    }

    @Override
    public String toString() {
        return name + " (" + address + ")";
    }
}
