package dev.agentkernel.storage.registry;

import dev.agentkernel.core.registry.OperatorEntry;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Queries of operators, and of the counter of agents. */
interface OperatorRepository extends Repository<OperatorEntity, UUID> {

    @Query("""
            select new dev.agentkernel.core.registry.OperatorEntry(o.operatorId, o.createdAt, o.agentCount)
            from OperatorEntity o where o.operatorId = :operatorId""")
    Optional<OperatorEntry> entryOf(UUID operatorId);

    @Query("select t.agentCount from TotalsEntity t where t.id = 1")
    long agentCount();
}
