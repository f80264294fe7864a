package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.storage.ActivityStore;
import dev.agentkernel.core.storage.CommitStore;
import dev.agentkernel.core.storage.CredentialStore;
import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.core.storage.MessageStore;
import dev.agentkernel.core.storage.RegistryStore;
import dev.agentkernel.core.storage.RemovalStore;
import dev.agentkernel.core.storage.SecretStore;
import dev.agentkernel.core.storage.StateStore;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.WebhookStore;
import dev.agentkernel.storage.embedded.log.AppendListener;
import dev.agentkernel.storage.embedded.log.LogFiles;
import dev.agentkernel.storage.embedded.log.LogSettings;
import dev.agentkernel.storage.embedded.log.NioLogFiles;
import dev.agentkernel.storage.embedded.log.SegmentLog;
import dev.agentkernel.storage.records.ActivityTally;
import dev.agentkernel.storage.records.RedactedEvents;
import dev.agentkernel.storage.registry.JpaRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage of one process in one data directory, which it locks: the event log in {@code events/}, the tables in {@code
 * kernel.mv.db}, secrets as files. Opening it recovers everything that was ever acknowledged.
 */
public final class EmbeddedStorage implements Storage {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedStorage.class);

    static final String DATABASE = "kernel";
    static final String EVENTS = "events";

    private final OpenParts parts;
    private final H2Database database;
    private final SegmentLog segments;
    private final EmbeddedCommitStore commits;
    private final SegmentRetention retention;
    private final MessageStore messages;
    private final RegistryStore registry;
    private final ActivityStore activity;
    private final SecretFiles secrets;
    private final Path directory;

    /**
     * How to open the storage.
     *
     * @param dataDirectory made if it does not exist, for its owner alone
     * @param segmentBytes the size at which a segment of the event log is followed by the next
     * @param reserveBytes the space that is kept free on the disk for taking, acknowledging and deleting
     * @param retentionDays days that events are kept, by whole segments; 0 for ever
     */
    public record Settings(Path dataDirectory, long segmentBytes, long reserveBytes, int retentionDays) {

        /** Keeps events for ever. */
        public Settings(Path dataDirectory, long segmentBytes, long reserveBytes) {
            this(dataDirectory, segmentBytes, reserveBytes, 0);
        }
    }

    private EmbeddedStorage(
            OpenParts parts,
            H2Database database,
            SegmentLog segments,
            EmbeddedCommitStore commits,
            SegmentRetention retention,
            MessageStore messages,
            RegistryStore registry,
            ActivityStore activity,
            Path directory) {
        this.parts = parts;
        this.database = database;
        this.segments = segments;
        this.commits = commits;
        this.retention = retention;
        this.messages = messages;
        this.registry = registry;
        this.activity = activity;
        this.secrets = new SecretFiles(directory);
        this.directory = directory;
    }

    /**
     * Opens the storage and recovers it.
     *
     * @throws DirectoryInUseException if another kernel works on the directory
     * @throws IOException if the directory or the event log cannot be used; the message names the file
     * @throws StorageException if the database cannot be used; the message says what to do
     */
    public static EmbeddedStorage open(Settings settings, InstantSource clock) throws IOException {
        return open(settings, clock, AppendListener.NONE);
    }

    /** Opens the storage; the listener learns of every append to the event log. */
    public static EmbeddedStorage open(Settings settings, InstantSource clock, AppendListener listener)
            throws IOException {
        return open(settings, clock, listener, new NioLogFiles(), H2Database.DISK);
    }

    static EmbeddedStorage open(
            Settings settings, InstantSource clock, AppendListener listener, LogFiles files, String databaseFileSystem)
            throws IOException {
        Path directory = settings.dataDirectory();
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        OpenParts opened = new OpenParts();
        try {
            opened.add(DirectoryLock.take(directory));
            LogSettings log = LogSettings.ofSegmentBytes(settings.segmentBytes());
            Path events = directory.resolve(EVENTS);
            H2Database database = opened.add(
                    DatabaseOpening.open(databaseFileSystem, directory.resolve(DATABASE), events, log, files));
            LogProgress progress = database.read(LogProgress::read);
            SegmentLog segments = opened.add(SegmentLog.open(events, log, files, progress.position(), listener));
            LiveTables tables = opened.add(new LiveTables(database, segments, Checkpoints.PERIOD));
            SpaceWatch space = new SpaceWatch(directory, settings.reserveBytes());
            ActivityTally tally = new ActivityTally(segments.lastSeq());
            EmbeddedCommitStore commits = new EmbeddedCommitStore(tables, segments, space, clock, tally);
            commits.recover();
            JpaRegistry mapped = opened.add(new JpaRegistry(database.mapperDataSource()));
            RegistryStore registry = new EmbeddedRegistryStore(database, new GuardedRegistry(database, mapped));
            MessageStore messages = new EmbeddedMessageStore(database, tables.agents(), clock);
            SegmentRetention retention = opened.add(
                    new SegmentRetention(database, tables, segments, space, clock, settings.retentionDays()));
            retention.start();
            ActivityStore activity =
                    new EmbeddedActivityStore(database, tables, new EmbeddedEventStore(segments), tally);
            return new EmbeddedStorage(
                    opened, database, segments, commits, retention, messages, registry, activity, directory);
        } catch (IOException | RuntimeException failed) {
            opened.closeAll(failed);
            throw failed;
        }
    }

    @Override
    public CommitStore commits() {
        return commits;
    }

    @Override
    public CredentialStore credentials() {
        return new EmbeddedCredentialStore(database);
    }

    @Override
    public RegistryStore registry() {
        return registry;
    }

    @Override
    public MessageStore messages() {
        return messages;
    }

    @Override
    public WebhookStore webhooks() {
        return new EmbeddedWebhookStore(database);
    }

    @Override
    public StateStore state() {
        return new EmbeddedStateStore(database);
    }

    @Override
    public EventStore events() {
        return new RedactedEvents(new EmbeddedEventStore(segments), removals());
    }

    @Override
    public RemovalStore removals() {
        return new EmbeddedRemovalStore(database, segments);
    }

    @Override
    public ActivityStore activity() {
        return activity;
    }

    @Override
    public SecretStore secrets() {
        return secrets;
    }

    /** What drops old events once a minute. */
    SegmentRetention retention() {
        return retention;
    }

    /** Asks the tables; if they are closed, this already tries to open them anew. */
    @Override
    public boolean isAvailable() {
        try {
            return database.read(session -> session.connection().isValid(1));
        } catch (StorageException away) {
            return false;
        }
    }

    /** Closes the tables in good order, then the log, then gives the directory free; whatever fails, the rest is closed. */
    @Override
    public void close() {
        IOException failures = new IOException("closing the data directory " + directory + " failed");
        parts.closeAll(failures);
        if (failures.getSuppressed().length > 0) {
            log.warn("The storage was not closed in good order; the next start recovers it", failures);
        }
    }
}
