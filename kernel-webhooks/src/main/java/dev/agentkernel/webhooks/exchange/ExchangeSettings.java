package dev.agentkernel.webhooks.exchange;

import java.time.Duration;

/**
 * The bounds of one exchange and of the connections that are kept between exchanges.
 *
 * @param connectTimeout for the TCP connection, over all addresses that are tried
 * @param exchangeTimeout for everything from the first address to the last byte that is read
 * @param headBytesMax most bytes of status lines and header fields, interim answers included
 * @param bodyBytesMax most bytes of an answer's body that are read, and thrown away, to keep the connection
 * @param bodyTimeout how long a body may take to arrive for the connection to be kept
 * @param idleConnectionsMax most connections that are kept open without an exchange
 * @param idleTimeout how long each of them is kept
 */
public record ExchangeSettings(
        Duration connectTimeout,
        Duration exchangeTimeout,
        int headBytesMax,
        int bodyBytesMax,
        Duration bodyTimeout,
        int idleConnectionsMax,
        Duration idleTimeout) {

    /** The contract's times: connect within 5 s, everything within 10 s. */
    public static ExchangeSettings defaults() {
        return new ExchangeSettings(
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                16_384,
                16_384,
                Duration.ofMillis(500),
                200,
                Duration.ofSeconds(20));
    }

    /** These settings with other times. */
    public ExchangeSettings within(Duration connect, Duration exchange) {
        return new ExchangeSettings(
                connect, exchange, headBytesMax, bodyBytesMax, bodyTimeout, idleConnectionsMax, idleTimeout);
    }

    /** These settings with another time for bodies. */
    public ExchangeSettings bodyWithin(Duration time) {
        return new ExchangeSettings(
                connectTimeout, exchangeTimeout, headBytesMax, bodyBytesMax, time, idleConnectionsMax, idleTimeout);
    }
}
