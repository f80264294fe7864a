package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.auth.Caller;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.cluster.Wakeups;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/** Something that is worth a look, as one line of a notification. */
sealed interface Hint {

    /** The line: a letter that tells the kind, then what it is about. */
    String line();

    /** Tells whoever listens in this process. */
    void deliverTo(Wakeups local);

    /** Messages may wait for an agent. */
    record Mail(String address) implements Hint {
        @Override
        public String line() {
            return "m " + address;
        }

        @Override
        public void deliverTo(Wakeups local) {
            local.agentHasMail(address);
        }
    }

    /** Messages may wait to be pushed to an agent's webhook. */
    record Push(String address) implements Hint {
        @Override
        public String line() {
            return "p " + address;
        }

        @Override
        public void deliverTo(Wakeups local) {
            local.agentHasPush(address);
        }
    }

    /** The log has events up to this seq at least. */
    record Log(long seq) implements Hint {
        @Override
        public String line() {
            return "l " + seq;
        }

        @Override
        public void deliverTo(Wakeups local) {
            local.logReached(seq);
        }
    }

    /** The connections of an agent's workers changed. */
    record Workers(String address) implements Hint {
        @Override
        public String line() {
            return "w " + address;
        }

        @Override
        public void deliverTo(Wakeups local) {
            local.workersChanged(address);
        }
    }

    /** A key of the state store with this hash may have changed. */
    record State(int keyHash) implements Hint {
        @Override
        public String line() {
            return "s " + keyHash;
        }

        @Override
        public void deliverTo(Wakeups local) {
            local.stateChanged(keyHash);
        }
    }

    /** Credentials below a version are dead. */
    record Revoked(Caller current) implements Hint {
        @Override
        public String line() {
            return switch (current) {
                case AgentCaller agent -> "a " + agent.credentialVersion() + ' ' + agent.address();
                case OperatorCaller operator -> "o " + operator.credentialVersion() + ' ' + operator.operatorId();
            };
        }

        @Override
        public void deliverTo(Wakeups local) {
            local.credentialRevoked(current);
        }
    }

    /**
     * The hint of a line; nothing for a kind that this version does not know, which is then of no use to it.
     *
     * @throws IllegalArgumentException if the line is not as this version writes that kind
     */
    static Optional<Hint> parse(String line) {
        if (line.length() < 3 || line.charAt(1) != ' ') {
            throw new IllegalArgumentException("not a hint");
        }
        String about = line.substring(2);
        return switch (line.charAt(0)) {
            case 'm' -> Optional.of(new Mail(about));
            case 'p' -> Optional.of(new Push(about));
            case 'l' -> Optional.of(new Log(Long.parseLong(about)));
            case 's' -> Optional.of(new State(Integer.parseInt(about)));
            case 'w' -> Optional.of(new Workers(about));
            case 'a' -> Optional.of(new Revoked(new AgentCaller(nameOf(about), versionOf(about))));
            case 'o' -> Optional.of(new Revoked(new OperatorCaller(UUID.fromString(nameOf(about)), versionOf(about))));
            default -> Optional.empty();
        };
    }

    private static int versionOf(String about) {
        return Integer.parseInt(about.substring(0, Math.max(0, about.indexOf(' '))));
    }

    private static String nameOf(String about) {
        return about.substring(about.indexOf(' ') + 1);
    }

    /** Any text as one word of letters, digits, hyphens and underscores. */
    static String word(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text of a word. */
    static String text(String word) {
        return new String(Base64.getUrlDecoder().decode(word), StandardCharsets.UTF_8);
    }
}
