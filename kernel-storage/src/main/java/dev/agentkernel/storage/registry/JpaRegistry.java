package dev.agentkernel.storage.registry;

import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.OperatorEntry;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.cfg.PersistenceSettings;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.springframework.dao.DataAccessException;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.support.JpaRepositoryFactory;
import org.springframework.orm.jpa.SharedEntityManagerCreator;

/**
 * Reads the registry through JPA, on any database that has the tables {@code operators} and {@code agents}. Safe for use by many
 * threads; every call reads on a connection of its own, what is committed at that moment.
 */
public final class JpaRegistry implements MappedRegistry, AutoCloseable {

    /** Classes of SQLSTATE: a value that does not fit, a broken constraint, a statement that is wrong or not allowed. */
    private static final Set<String> OF_THE_STATEMENT = Set.of("22", "23", "42");

    /** Those of H2 may run in a circle. */
    private static final int CAUSES_MAX = 30;

    private final EntityManagerFactory factory;
    private final AgentRepository agents;
    private final OperatorRepository operators;

    /**
     * Prepares the queries.
     *
     * @param dataSource gives connections that commit by themselves; the caller keeps it, and closes it after this
     * @throws StorageException if the database is away
     */
    public JpaRegistry(DataSource dataSource) {
        this.factory = factoryOver(dataSource);
        try {
            EntityManager entities = SharedEntityManagerCreator.createSharedEntityManager(factory);
            JpaRepositoryFactory repositories = new JpaRepositoryFactory(entities);
            this.agents = repositories.getRepository(AgentRepository.class);
            this.operators = repositories.getRepository(OperatorRepository.class);
        } catch (RuntimeException | Error broken) {
            factory.close();
            throw broken;
        }
    }

    private static EntityManagerFactory factoryOver(DataSource dataSource) {
        HibernatePersistenceConfiguration configuration = new HibernatePersistenceConfiguration("registry")
                .managedClasses(
                        AgentEntity.class,
                        ProfileEntity.class,
                        TagEntity.class,
                        BlockEntity.class,
                        OperatorEntity.class)
                .property(PersistenceSettings.SCANNER_DISCOVERY, "none")
                .property(JdbcSettings.JAKARTA_NON_JTA_DATASOURCE, dataSource)
                // The dialect follows from name and version alone; asking the database for more slows the start down.
                .property(JdbcSettings.ALLOW_METADATA_ON_BOOT, false)
                // What fails is thrown. Said here too, it would be four lines for each request while the database is
                // away.
                .property(JdbcSettings.LOG_JDBC_ERRORS, false);
        try (Connection connection = dataSource.getConnection()) {
            var database = connection.getMetaData();
            configuration
                    .property(JdbcSettings.JAKARTA_HBM2DDL_DB_NAME, database.getDatabaseProductName())
                    .property(JdbcSettings.JAKARTA_HBM2DDL_DB_MAJOR_VERSION, database.getDatabaseMajorVersion())
                    .property(JdbcSettings.JAKARTA_HBM2DDL_DB_MINOR_VERSION, database.getDatabaseMinorVersion());
        } catch (SQLException away) {
            throw new StorageException(Remedy.RETRY, "the registry's database does not answer", away);
        }
        return configuration.createEntityManagerFactory();
    }

    @Override
    public Optional<OperatorEntry> operator(UUID operatorId) {
        return read(() -> operators.entryOf(operatorId));
    }

    @Override
    public List<AgentEntry> agentsAfter(long afterSeq, int agentsMax) {
        return entries(() -> agents.viewsAfter(afterSeq, Limit.of(agentsMax)));
    }

    @Override
    public List<AgentEntry> agentsOf(UUID operatorId, long afterSeq, int agentsMax) {
        return entries(() -> agents.viewsOf(operatorId, afterSeq, Limit.of(agentsMax)));
    }

    @Override
    public List<AgentEntry> agentsTagged(String tag, long afterSeq, int agentsMax) {
        // Some databases cannot say this character in a text, so nobody has such a tag.
        return tag.indexOf('\0') < 0
                ? entries(() -> agents.viewsTagged(tag, afterSeq, Limit.of(agentsMax)))
                : List.of();
    }

    @Override
    public List<AgentEntry> agentsWithProfile(long afterSeq, int agentsMax) {
        return entries(() -> agents.viewsWithProfile(afterSeq, Limit.of(agentsMax)));
    }

    @Override
    public List<String> blockedBy(String address) {
        return read(() -> agents.blockedBy(address));
    }

    private static List<AgentEntry> entries(Supplier<List<AgentView>> query) {
        return read(query).stream().map(AgentView::entry).toList();
    }

    private static <T> T read(Supplier<T> query) {
        try {
            return query.get();
        } catch (PersistenceException | DataAccessException failed) {
            throw new StorageException(remedyOf(failed), "the registry cannot be read at present", failed);
        }
    }

    private static Remedy remedyOf(Throwable failed) {
        Throwable cause = failed;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return OF_THE_STATEMENT.contains(sql.getSQLState().substring(0, 2)) ? Remedy.NONE : Remedy.RETRY;
            }
            cause = cause.getCause();
        }
        return Remedy.RETRY;
    }

    /** Releases the queries; the data source stays open. */
    @Override
    public void close() {
        factory.close();
    }
}
