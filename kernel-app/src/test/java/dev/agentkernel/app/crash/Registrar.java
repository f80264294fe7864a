package dev.agentkernel.app.crash;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Registers an operator with an agent, again and again. */
final class Registrar implements Actor {

    private final List<String> operatorKeys = new ArrayList<>();
    private final List<Agent> agents = new ArrayList<>();
    private int asked;

    @Override
    public int act(HttpConnection connection) throws IOException {
        String operatorKey = Agent.registerOperator(connection);
        operatorKeys.add(operatorKey);
        asked++;
        agents.add(Agent.register(connection, operatorKey));
        return 2;
    }

    /** Operators that were acknowledged. */
    List<String> operatorKeys() {
        return operatorKeys;
    }

    /** Agents that were acknowledged. */
    List<Agent> agents() {
        return agents;
    }

    /** How many agents were asked for, acknowledged or not. */
    int asked() {
        return asked;
    }
}
