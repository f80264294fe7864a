package dev.agentkernel.app.crash;

import dev.agentkernel.app.process.KernelProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the outside world knows of messages: what was sent, what was answered, what arrived. Safe for use by many threads. */
final class Ledger {

    /** An answer after which its taker heard nothing before the kernel ended: the kernel may not know that it arrived. */
    private record LastAnswer(Set<String> ids, Set<String> seenAgain) {}

    private final Map<String, Post> posts = new LinkedHashMap<>();
    private final Map<String, String> acknowledged = new LinkedHashMap<>();
    private final Set<String> refused = new HashSet<>();
    private final Map<String, String> arrived = new LinkedHashMap<>();
    private final Map<String, Integer> highest = new HashMap<>();
    private final Map<String, List<String>> latest = new HashMap<>();
    private final List<LastAnswer> lastAnswers = new ArrayList<>();
    private final Set<String> mayComeAgain = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<String, Semaphore> mail = new HashMap<>();
    private final Semaphore refusals = new Semaphore(0);

    synchronized void sending(Post post) {
        posts.putIfAbsent(post.id(), post);
    }

    synchronized void acknowledged(Post post, String messageId) {
        String before = acknowledged.putIfAbsent(post.id(), messageId);
        if (before != null && !before.equals(messageId)) {
            violations.add(post.id() + " was answered with " + before + " and, sent again, with " + messageId);
        }
        mailOf(post.to()).release();
    }

    /** The kernel said that it did not take the post; of one that it took before that means nothing. */
    synchronized void refused(Post post) {
        if (!acknowledged.containsKey(post.id())) {
            refused.add(post.id());
        }
        refusals.release();
    }

    /** The kernel said that it did nothing. */
    void refusedSomething() {
        refusals.release();
    }

    /** Returns as soon as clients were refused so many times more. */
    void awaitRefusals(int count) throws InterruptedException {
        refusals.drainPermits();
        if (!refusals.tryAcquire(count, KernelProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("only " + refusals.availablePermits() + " of " + count + " refusals");
        }
    }

    /** Notes a whole answer to a taker; an empty one says as well that the answer before is settled. */
    synchronized void taken(Agent recipient, JsonNode messages) {
        List<String> ids = new ArrayList<>();
        for (JsonNode message : messages) {
            ids.add(arrive(recipient, message));
        }
        latest.put(recipient.address(), ids);
    }

    private String arrive(Agent recipient, JsonNode message) {
        String content = message.required("content").asString();
        String id = Post.idIn(content);
        Post post = posts.get(id);
        if (post == null
                || !post.content().equals(content)
                || !post.to().equals(recipient)
                || !message.required("to").asString().equals(recipient.address())
                || !message.required("from").asString().equals(post.from().address())) {
            violations.add(recipient.address() + " got a message that nobody sent so: " + message);
        }
        String messageId = message.required("message_id").asString();
        String before = arrived.putIfAbsent(id, messageId);
        if (before != null) {
            again(id, before, messageId);
        } else {
            inOrder(recipient, id);
        }
        return id;
    }

    private void again(String id, String before, String messageId) {
        if (!before.equals(messageId)) {
            violations.add(id + " is in the queue twice, as " + before + " and as " + messageId);
        } else if (!mayComeAgain.remove(id)) {
            violations.add(id + " was delivered twice although its first delivery was settled");
        } else {
            for (int i = lastAnswers.size() - 1; i >= 0; i--) {
                if (lastAnswers.get(i).ids().contains(id)) {
                    lastAnswers.get(i).seenAgain().add(id);
                    return;
                }
            }
        }
    }

    private void inOrder(Agent recipient, String id) {
        int number = Post.numberIn(id);
        Integer before = highest.put(Post.senderIn(id) + ">" + recipient.address(), number);
        if (before != null && before >= number) {
            violations.add(id + " came to " + recipient.address() + " after number " + before);
        }
    }

    /** The kernel was killed: of each taker's latest answer it may not know that it arrived. */
    synchronized void killed() {
        for (List<String> ids : latest.values()) {
            if (!ids.isEmpty()) {
                lastAnswers.add(new LastAnswer(Set.copyOf(ids), new HashSet<>()));
                mayComeAgain.addAll(ids);
            }
        }
        latest.clear();
    }

    synchronized void violation(String what) {
        violations.add(what);
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** Posts whose fate must be known to be in the queue or delivered: acknowledged ones. */
    synchronized Map<String, String> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    synchronized Map<String, String> arrived() {
        return Map.copyOf(arrived);
    }

    synchronized Set<String> refusedPosts() {
        return Set.copyOf(refused);
    }

    synchronized int posts() {
        return posts.size();
    }

    /** Messages that came twice because the kernel was killed before it noted that the answer had gone out. */
    synchronized int cameAgain() {
        return lastAnswers.stream().mapToInt(last -> last.seenAgain().size()).sum();
    }

    /** Last answers of which a part came again and a part did not. */
    synchronized List<String> brokenAnswers() {
        return lastAnswers.stream()
                .filter(last -> !last.seenAgain().isEmpty() && !last.seenAgain().equals(last.ids()))
                .map(last -> last.seenAgain() + " of " + last.ids())
                .toList();
    }

    /** Any post that was acknowledged, to be sent again. */
    synchronized Optional<Post> acknowledgedWithKey(@Nullable Post post) {
        return Optional.ofNullable(post)
                .filter(known -> known.idempotencyKey() != null && acknowledged.containsKey(known.id()));
    }

    /** Waits a moment for mail. */
    void awaitMail(Agent recipient) throws InterruptedException {
        Semaphore arrivals;
        synchronized (this) {
            arrivals = mailOf(recipient);
        }
        if (arrivals.tryAcquire(50, TimeUnit.MILLISECONDS)) {
            arrivals.drainPermits();
        }
    }

    private Semaphore mailOf(Agent recipient) {
        return mail.computeIfAbsent(recipient.address(), any -> new Semaphore(0));
    }
}
