package dev.agentkernel.storage.registry;

import dev.agentkernel.core.registry.OperatorEntry;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Queries of operators. */
interface OperatorRepository extends Repository<OperatorEntity, UUID> {

    @Query("""
            select new dev.agentkernel.core.registry.OperatorEntry(o.operatorId, o.createdAt, o.agentCount)
            from OperatorEntity o where o.operatorId = :operatorId""")
    Optional<OperatorEntry> entryOf(UUID operatorId);
}
