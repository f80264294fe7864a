package dev.agentkernel.storage.registry;

import dev.agentkernel.core.registry.AgentEntry;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Queries of agents that answer with the domain's entries at once: no entity is managed, copied or checked for changes. */
interface AgentRepository extends Repository<AgentEntity, Long> {

    @Query("""
            select new dev.agentkernel.core.registry.AgentEntry(
                a.address, a.operatorId, a.registeredAt, a.registeredSeq, a.webhookUrl, a.webhookSecretVersion,
                a.webhookSecretRotatedAt)
            from AgentEntity a where a.address = :address""")
    Optional<AgentEntry> entryOf(String address);

    @Query("""
            select new dev.agentkernel.core.registry.AgentEntry(
                a.address, a.operatorId, a.registeredAt, a.registeredSeq, a.webhookUrl, a.webhookSecretVersion,
                a.webhookSecretRotatedAt)
            from AgentEntity a where a.registeredSeq > :afterSeq order by a.registeredSeq""")
    List<AgentEntry> entriesAfter(long afterSeq, Limit limit);

    @Query("""
            select new dev.agentkernel.core.registry.AgentEntry(
                a.address, a.operatorId, a.registeredAt, a.registeredSeq, a.webhookUrl, a.webhookSecretVersion,
                a.webhookSecretRotatedAt)
            from AgentEntity a where a.operatorId = :operatorId and a.registeredSeq > :afterSeq order by a.registeredSeq""")
    List<AgentEntry> entriesOf(UUID operatorId, long afterSeq, Limit limit);
}
