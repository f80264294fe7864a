package dev.agentkernel.bench.webhooks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Receivers of webhooks at many loopback addresses, each with its own threads. */
final class Receivers implements AutoCloseable {

    private final List<Receiver> receivers = new ArrayList<>();

    /** Told of every message that a receiver took. */
    @FunctionalInterface
    interface Taking {
        /**
         * A message was taken.
         *
         * @param host the number of the receiver's address
         * @param content of the message, which is a number
         */
        void taken(int host, long content);
    }

    /** Starts a receiver at each address; all of them take what comes. */
    Receivers(ReceiverIdentity identity, Taking taking) throws IOException {
        for (int i = 0; i < ReceiverIdentity.HOSTS; i++) {
            int host = i;
            receivers.add(new Receiver(
                    identity.context().getServerSocketFactory(),
                    ReceiverIdentity.host(host),
                    content -> taking.taken(host, content)));
        }
    }

    /** Where a receiver is called. */
    String url(int host) {
        return receivers.get(host).url();
    }

    /** Lets a receiver behave so from now on. */
    void become(int host, Receiver.Manner manner) throws IOException {
        receivers.get(host).become(manner);
    }

    @Override
    public void close() {
        receivers.forEach(Receiver::close);
    }
}
