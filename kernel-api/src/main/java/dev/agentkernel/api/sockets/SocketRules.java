package dev.agentkernel.api.sockets;

import java.time.Duration;

/**
 * The limits of the sockets of one endpoint.
 *
 * @param name of the endpoint, by which its sockets are counted
 * @param socketsMax how many may be open at once; the next handshake is refused with 503 {@code too_many_connections}
 * @param messageBytesMax most bytes of an incoming text message; a larger one closes with 1009
 * @param outgoingBytesMax most bytes that may wait for a client that reads slowly; beyond, the socket is closed with 1008
 * @param framesPerSecondMax most incoming frames, control frames included; beyond, the socket is closed with 4429
 * @param pingEvery how often the client is asked for a sign of life
 * @param silenceMax how long nothing at all may come from a client before the socket is closed with 4408
 * @param lifetimeMax how long a socket may be open
 */
public record SocketRules(
        String name,
        int socketsMax,
        int messageBytesMax,
        int outgoingBytesMax,
        int framesPerSecondMax,
        Duration pingEvery,
        Duration silenceMax,
        Duration lifetimeMax) {

    /** As many as there can be connections, small messages in, a mebibyte out, and the heartbeat of the contract. */
    public static SocketRules named(String name) {
        return new SocketRules(
                name,
                Integer.MAX_VALUE,
                4 << 10,
                1 << 20,
                200,
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                Duration.ofDays(36_500));
    }

    public SocketRules socketsMax(int most) {
        return new SocketRules(
                name, most, messageBytesMax, outgoingBytesMax, framesPerSecondMax, pingEvery, silenceMax, lifetimeMax);
    }

    public SocketRules messageBytesMax(int most) {
        return new SocketRules(
                name, socketsMax, most, outgoingBytesMax, framesPerSecondMax, pingEvery, silenceMax, lifetimeMax);
    }

    public SocketRules outgoingBytesMax(int most) {
        return new SocketRules(
                name, socketsMax, messageBytesMax, most, framesPerSecondMax, pingEvery, silenceMax, lifetimeMax);
    }

    public SocketRules pingEvery(Duration period) {
        return new SocketRules(
                name,
                socketsMax,
                messageBytesMax,
                outgoingBytesMax,
                framesPerSecondMax,
                period,
                silenceMax,
                lifetimeMax);
    }

    public SocketRules silenceMax(Duration most) {
        return new SocketRules(
                name, socketsMax, messageBytesMax, outgoingBytesMax, framesPerSecondMax, pingEvery, most, lifetimeMax);
    }

    public SocketRules lifetimeMax(Duration most) {
        return new SocketRules(
                name, socketsMax, messageBytesMax, outgoingBytesMax, framesPerSecondMax, pingEvery, silenceMax, most);
    }
}
