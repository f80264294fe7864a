package dev.agentkernel.webhooks;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host name. May block for as long as it likes: the guard bounds it. */
@FunctionalInterface
public interface NameResolver {

    /**
     * All addresses of this name.
     *
     * @param hostName a name in lower case, never an address literal
     * @throws UnknownHostException if the name has no address or nobody could be asked
     */
    List<InetAddress> resolve(String hostName) throws UnknownHostException;

    /** The resolver of the operating system, with the JVM's cache before it. */
    static NameResolver ofSystem() {
        return hostName -> List.of(InetAddress.getAllByName(hostName));
    }
}
