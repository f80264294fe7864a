package dev.agentkernel.app.http;

import dev.agentkernel.core.storage.ActivityStore;
import dev.agentkernel.core.storage.CommitStore;
import dev.agentkernel.core.storage.CredentialStore;
import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.core.storage.MessageStore;
import dev.agentkernel.core.storage.ObservationSource;
import dev.agentkernel.core.storage.RegistryStore;
import dev.agentkernel.core.storage.RemovalStore;
import dev.agentkernel.core.storage.StateStore;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.core.storage.WebhookStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Stands before a kernel's storage, and lets all of its facets fail while a test wants it. */
final class Faults implements BeanPostProcessor {

    private static final Set<Class<?>> FACETS = Set.of(
            CommitStore.class,
            CredentialStore.class,
            RegistryStore.class,
            MessageStore.class,
            WebhookStore.class,
            StateStore.class,
            EventStore.class,
            RemovalStore.class,
            ActivityStore.class,
            ObservationSource.class);

    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final AtomicReference<Duration> delay = new AtomicReference<>(Duration.ZERO);
    private final AtomicReference<@Nullable CountDownLatch> hold = new AtomicReference<>();
    private final AtomicInteger held = new AtomicInteger();

    /** Lets every call fail like this while something is done. */
    void during(RuntimeException fault, Runnable deed) {
        failure.set(fault);
        try {
            deed.run();
        } finally {
            failure.set(null);
        }
    }

    /** Lets every commit take so much longer while something is done. */
    void whileCommitsTake(Duration longer, Runnable deed) {
        delay.set(longer);
        try {
            deed.run();
        } finally {
            delay.set(Duration.ZERO);
        }
    }

    /** Lets every commit that begins meanwhile wait until something is done. */
    void whileCommitsAreHeld(Runnable deed) {
        CountDownLatch done = new CountDownLatch(1);
        held.set(0);
        hold.set(done);
        try {
            deed.run();
        } finally {
            hold.set(null);
            done.countDown();
        }
    }

    /** Commits that wait, or have waited, since they were last held. */
    int heldCommits() {
        return held.get();
    }

    private void holdCommit() {
        CountDownLatch done = hold.get();
        if (done == null) {
            return;
        }
        held.incrementAndGet();
        try {
            done.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void delayCommit() {
        long until = System.nanoTime() + delay.get().toNanos();
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof Storage ? before(Storage.class, bean) : bean;
    }

    private Object before(Class<?> type, Object target) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            RuntimeException asked = failure.get();
            if (asked != null && FACETS.contains(type)) {
                throw asked;
            }
            if (type == CommitStore.class) {
                holdCommit();
                delayCommit();
            }
            try {
                Object result = method.invoke(target, arguments);
                return FACETS.contains(method.getReturnType()) ? before(method.getReturnType(), result) : result;
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        });
    }
}
