package dev.agentkernel.webhooks.exchange;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.webhooks.Verdict;
import dev.agentkernel.webhooks.exchange.Reply.Fault;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;

/**
 * Posts to receivers that may be slow, broken or hostile. An exchange ends within its time whatever the other side does, reads a
 * bounded number of bytes, goes to a checked address only, follows no redirect and understands no compression. Safe for use by
 * many threads; each exchange blocks its thread.
 */
public final class WebhookExchange implements AutoCloseable {

    private final ExchangeSettings settings;
    private final Connector connector;
    private final IdleConnections idle;
    private final ScheduledThreadPoolExecutor watchdog;

    /**
     * What is posted.
     *
     * @param fields header fields beside those of HTTP itself; names and values are printable ASCII
     * @param body JSON in UTF-8
     */
    public record Request(Map<String, String> fields, ByteString body) {}

    /**
     * Makes an exchange without connections.
     *
     * @param tls gives the trusted certificates; names are verified in any case
     */
    public WebhookExchange(ExchangeSettings settings, SSLSocketFactory tls) {
        this.settings = settings;
        this.connector = new Connector(tls, settings);
        this.idle = new IdleConnections(settings.idleConnectionsMax(), settings.idleTimeout());
        this.watchdog = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("webhook-deadlines").factory());
        watchdog.setRemoveOnCancelPolicy(true);
        var unused = watchdog.scheduleWithFixedDelay(idle::expire, 1, 1, TimeUnit.SECONDS);
    }

    /**
     * Posts a JSON body once. When a connection that was kept turns out to be dead before an answer began, the request is
     * repeated on a new one, as it may never have arrived.
     *
     * @param target a URL that may be called, and where
     */
    public Reply post(Verdict.Allowed target, Request content) {
        Endpoint endpoint = Endpoint.of(target.uri());
        byte[] request =
                Requests.post(target.uri(), content.fields(), content.body().unsafeArray());
        try (Deadline deadline = new Deadline(watchdog, settings.exchangeTimeout())) {
            Optional<Connection> kept = idle.take(endpoint, target.addresses());
            if (kept.isPresent()) {
                Optional<Reply> reply = exchangeOnKept(kept.get(), request, deadline);
                if (reply.isPresent()) {
                    return reply.get();
                }
            }
            return exchangeOnNew(target, endpoint, request, deadline);
        }
    }

    private Optional<Reply> exchangeOnKept(Connection connection, byte[] request, Deadline deadline) {
        deadline.watch(connection.transport());
        try {
            return Optional.of(exchange(connection, request, deadline));
        } catch (IOException failed) {
            connection.close();
            boolean dead = !connection.answers().hasBegun() && !deadline.hasPassed();
            return dead ? Optional.empty() : Optional.of(new Reply.Failed(faultOf(failed, deadline)));
        }
    }

    private Reply exchangeOnNew(Verdict.Allowed target, Endpoint endpoint, byte[] request, Deadline deadline) {
        Connection connection;
        try {
            connection = connector.open(endpoint, target.addresses(), deadline);
        } catch (IOException failed) {
            return new Reply.Failed(faultOf(failed, deadline));
        }
        try {
            return exchange(connection, request, deadline);
        } catch (IOException failed) {
            connection.close();
            return new Reply.Failed(faultOf(failed, deadline));
        }
    }

    private Reply exchange(Connection connection, byte[] request, Deadline deadline) throws IOException {
        AnswerReader answers = connection.answers();
        answers.begin();
        connection.write(request);
        AnswerReader.Head head = answers.readHead();
        if (head.persistent() && bodyIsOver(connection, head, deadline)) {
            deadline.close();
            idle.keep(connection);
        } else {
            connection.close();
        }
        return new Reply.Answered(head.status(), head.retryAfter());
    }

    /** The status counts, whatever becomes of the body: it decides only whether the connection is kept. */
    private boolean bodyIsOver(Connection connection, AnswerReader.Head head, Deadline deadline) {
        try {
            if (!head.hasNoBody()) {
                deadline.within(settings.bodyTimeout());
            }
            return connection.answers().skipBody(head.framing(), settings.bodyBytesMax()) && connection.isQuiet();
        } catch (IOException broken) {
            return false;
        }
    }

    private static Fault faultOf(IOException failure, Deadline deadline) {
        if (deadline.hasPassed()) {
            return Fault.TIMED_OUT;
        }
        return switch (failure) {
            case AnswerFailure answer -> answer.fault();
            case SocketTimeoutException slow -> Fault.TIMED_OUT;
            case ConnectException refused -> Fault.CONNECTION_FAILED;
            case NoRouteToHostException unreachable -> Fault.CONNECTION_FAILED;
            case SSLException untrusted -> Fault.TLS_FAILED;
            default -> Fault.CONNECTION_LOST;
        };
    }

    /** Closes the connections that are kept; an exchange under way goes on to its end. */
    @Override
    public void close() {
        idle.close();
        watchdog.shutdown();
    }
}
