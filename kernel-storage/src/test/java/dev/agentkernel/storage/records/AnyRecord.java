package dev.agentkernel.storage.records;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.messages.IdempotencyEntry;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.MessageContext;
import dev.agentkernel.core.messages.QueuedCopy;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.registry.AgentProfile;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.webhooks.WebhookAttempt;
import dev.agentkernel.core.webhooks.WebhookHealth;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes log records of any type by their components, so that a type that is added later is tested without being named. */
final class AnyRecord {

    private final Random random;
    private final String text;
    private final boolean withOptionalParts;

    /**
     * Chooses what the records hold.
     *
     * @param text every text of theirs
     * @param withOptionalParts whether components that may be missing are there
     */
    AnyRecord(long seed, String text, boolean withOptionalParts) {
        this.random = new Random(seed);
        this.text = text;
        this.withOptionalParts = withOptionalParts;
    }

    /** All types of records. */
    static List<Class<? extends LogRecord>> types() {
        return Arrays.stream(LogRecord.class.getPermittedSubclasses())
                .<Class<? extends LogRecord>>map(type -> type.asSubclass(LogRecord.class))
                .toList();
    }

    LogRecord of(Class<? extends LogRecord> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(components[i]);
        }
        Constructor<? extends LogRecord> constructor = type.getDeclaredConstructor(types);
        return constructor.newInstance(values);
    }

    private @Nullable Object value(RecordComponent component) {
        boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        return optional && !withOptionalParts ? null : value(component.getType(), component.getName());
    }

    private Object value(Class<?> type, String name) {
        if (type == String.class) {
            return text;
        } else if (type == ByteString.class) {
            return name.equals("content") || name.equals("value")
                    ? ByteString.ofUtf8(text).orElseThrow()
                    : bytes();
        } else if (type == UUID.class) {
            return uuid();
        } else if (type == Instant.class) {
            return instant();
        } else if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == int.class) {
            return random.nextInt();
        } else if (type == long.class) {
            return random.nextLong();
        } else if (type.isEnum()) {
            return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
        } else if (type == List.class) {
            return name.equals("seqs") ? List.of(random.nextLong(), random.nextLong()) : List.of(leased(), leased());
        } else if (type == Removal.class) {
            RemovalTarget target = random.nextBoolean() ? RemovalTarget.state(text) : RemovalTarget.message(uuid());
            return new Removal(random.nextLong(), target, text, text, bytes(), instant(), bytes(), bytes());
        } else if (type == QueuedCopy.class) {
            return new QueuedCopy(
                    text, random.nextLong(), Route.values()[random.nextInt(3)], random.nextInt(), random.nextBoolean());
        } else if (type == AgentProfile.class) {
            return new AgentProfile(text, random.nextBoolean() ? text : null, List.of(text, text));
        } else if (type == MessageContext.class) {
            return withOptionalParts
                    ? new MessageContext(
                            ByteString.ofUtf8(text).orElseThrow(), uuid(), Duration.ofSeconds(random.nextInt()))
                    : MessageContext.NONE;
        } else if (type == IdempotencyEntry.class) {
            return new IdempotencyEntry(text, bytes(), instant());
        }
        if (type == WebhookHealth.class) {
            return withOptionalParts
                    ? new WebhookHealth(random.nextInt(), instant(), instant(), List.of(attempt(), attempt()))
                    : new WebhookHealth(random.nextInt(), null, null, List.of());
        }
        throw new IllegalArgumentException("a component of the new type " + type + ": teach this class to make one");
    }

    private WebhookAttempt attempt() {
        return new WebhookAttempt(instant(), uuid(), random.nextInt(600), "timed_out");
    }

    private LeasedMessage leased() {
        return new LeasedMessage(random.nextLong(), uuid(), random.nextInt(), random.nextInt());
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private ByteString bytes() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return ByteString.wrap(bytes);
    }

    /** In microseconds, as the tables keep them. */
    private Instant instant() {
        return Instant.ofEpochSecond(random.nextInt(2_000_000_000), random.nextInt(1_000_000) * 1_000L);
    }
}
