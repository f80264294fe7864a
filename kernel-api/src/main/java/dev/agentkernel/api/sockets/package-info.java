/**
 * WebSockets: the handshake, the frames, the heartbeat and the end of every socket of the kernel, on Tomcat's connections and
 * without a thread, a timer or a buffer for an idle one. What is said over a socket is the business of its endpoint.
 *
 * <p>An endpoint is a handler of Spring MVC, so that the gate and the error answers work as for every other path, and a {@link
 * dev.agentkernel.api.sockets.SocketListener} for each socket:
 *
 * {@snippet :
 * private static final SocketRules RULES = SocketRules.named("events").socketsMax(100).pingEvery(Duration.ofSeconds(30));
 *
 * @GetMapping("/observe/events/stream")
 * void stream(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
 *     // Whatever must be refused is thrown here, as a RefusedException: the client gets it as an HTTP answer.
 *     sockets.accept(RULES, request, response, socket -> new EventStream(socket));
 * }
 * }
 *
 * <p>{@link dev.agentkernel.api.sockets.OpenSocket#send} queues a text frame and returns at once, from any thread. A socket whose
 * queue would outgrow {@link dev.agentkernel.api.sockets.SocketRules#outgoingBytesMax} is closed as too slow; whoever can wait looks
 * at {@code queuedBytes()} first and goes on when {@code drained()} is called. {@code closed(…)} comes exactly once for each
 * listener whose {@code opened()} was called. At shutdown every socket is closed with 1001 while the port still answers.
 */
@NullMarked
package dev.agentkernel.api.sockets;

import org.jspecify.annotations.NullMarked;
