import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A worker with nothing but the JDK: connects, prints each message, and acknowledges it. In earnest, read the frames with a JSON
 * library; the patterns here serve contents without escapes.
 *
 * <p>{@code KERNEL_URL=http://127.0.0.1:8080 AGENT_TOKEN=at_live_… java Worker.java}
 */
public class Worker implements WebSocket.Listener {

    private static final Pattern MESSAGE =
            Pattern.compile("\"type\":\"message\".*\"message_id\":\"([^\"]+)\".*\"from\":\"([^\"]+)\".*\"content\":\"([^\"]*)\"");
    private static final Set<Integer> FOR_GOOD = Set.of(4002, 4401, 4403);
    private static final long PAUSE_MILLIS = 500;
    private static final long PAUSE_MILLIS_MAX = 30_000;

    /**
     * An end of the connection that comes while a frame is being handled is told to nobody, and a host that vanishes says nothing: a
     * ping finds the first by its failure, and the second by the lack of an answer.
     */
    private static final long PING_SECONDS = 2;

    private static final long SILENCE_SECONDS_MAX = 10;

    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final AtomicLong heardAt = new AtomicLong(System.nanoTime());
    private volatile boolean connected;

    public static void main(String[] arguments) throws Exception {
        String kernel = System.getenv().getOrDefault("KERNEL_URL", "http://127.0.0.1:8080");
        URI url = URI.create(kernel.replaceFirst("^http", "ws") + "/ws/agent?worker_id=worker-1");
        HttpClient client = HttpClient.newHttpClient();
        long pause = PAUSE_MILLIS;
        while (true) {
            Worker worker = new Worker();
            try {
                WebSocket socket = client.newWebSocketBuilder()
                        .header("Authorization", "Bearer " + System.getenv("AGENT_TOKEN"))
                        .buildAsync(url, worker)
                        .join();
                int code = worker.awaitEnd(socket);
                if (FOR_GOOD.contains(code)) {
                    System.err.println("closed with " + code);
                    System.exit(1);
                }
            } catch (CompletionException notConnected) {
                if (String.valueOf(notConnected.getCause()).contains("401")) {
                    System.err.println("the token is not valid");
                    System.exit(1);
                }
            }
            if (worker.connected) {
                pause = PAUSE_MILLIS;
            }
            // A little longer each time, with some chance in it, so that not all come back at once.
            Thread.sleep((long) (pause * (0.5 + ThreadLocalRandom.current().nextDouble())));
            pause = Math.min(2 * pause, PAUSE_MILLIS_MAX);
        }
    }

    /** The code that the kernel closed with, 1006 if the connection broke or went silent. */
    private int awaitEnd(WebSocket socket) throws InterruptedException {
        while (System.nanoTime() - heardAt.get() < TimeUnit.SECONDS.toNanos(SILENCE_SECONDS_MAX)) {
            try {
                return end.get(PING_SECONDS, TimeUnit.SECONDS);
            } catch (java.util.concurrent.TimeoutException goesOn) {
                socket.sendPing(ByteBuffer.allocate(0)).whenComplete((sent, fault) -> {
                    if (fault != null) {
                        end.completeExceptionally(fault);
                    }
                });
            } catch (java.util.concurrent.ExecutionException broken) {
                return 1006;
            }
        }
        socket.abort();
        return 1006;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
        heardAt.set(System.nanoTime());
        text.append(part);
        CompletionStage<?> handled = CompletableFuture.completedStage(null);
        if (last) {
            handled = handle(socket, text.toString());
            text.setLength(0);
        }
        // The next frame is asked for when this one is done with, so that no two acknowledgements are sent at once.
        return handled.whenComplete((done, fault) -> {
            if (fault == null) {
                socket.request(1);
            } else {
                end.completeExceptionally(fault);
            }
        });
    }

    private CompletionStage<?> handle(WebSocket socket, String frame) {
        connected |= frame.contains("\"type\":\"hello\"");
        Matcher message = MESSAGE.matcher(frame);
        if (!message.find()) {
            return CompletableFuture.completedStage(null);
        }
        // Do the work here, so that twice does no harm: what is not acknowledged comes again.
        System.out.println(message.group(2) + " " + message.group(3));
        return socket.sendText("{\"type\":\"ack\",\"message_ids\":[\"" + message.group(1) + "\"]}", true);
    }

    @Override
    public CompletionStage<?> onPing(WebSocket socket, ByteBuffer payload) {
        heardAt.set(System.nanoTime());
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer payload) {
        heardAt.set(System.nanoTime());
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        end.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable fault) {
        end.completeExceptionally(fault);
    }
}
