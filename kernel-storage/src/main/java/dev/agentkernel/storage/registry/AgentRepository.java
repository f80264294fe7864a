package dev.agentkernel.storage.registry;

import java.util.List;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Queries of agents that answer with their columns at once: no entity is managed, copied or checked for changes. */
interface AgentRepository extends Repository<AgentEntity, Long> {

    String VIEW = """
            select new dev.agentkernel.storage.registry.AgentView(
                a.address, a.operatorId, a.registeredAt, a.registeredSeq, a.webhookUrl, a.webhookSecretVersion,
                a.webhookSecretRotatedAt, p.name, p.description, p.tags)
            """;

    String AGENTS = VIEW + "from AgentEntity a left join ProfileEntity p on p.registeredSeq = a.registeredSeq ";

    @Query(AGENTS + "where a.registeredSeq > :afterSeq order by a.registeredSeq")
    List<AgentView> viewsAfter(long afterSeq, Limit limit);

    @Query(AGENTS + "where a.operatorId = :operatorId and a.registeredSeq > :afterSeq order by a.registeredSeq")
    List<AgentView> viewsOf(UUID operatorId, long afterSeq, Limit limit);

    @Query(VIEW + """
            from TagEntity t join AgentEntity a on a.registeredSeq = t.registeredSeq
                join ProfileEntity p on p.registeredSeq = t.registeredSeq
            where t.tag = :tag and t.registeredSeq > :afterSeq order by t.registeredSeq""")
    List<AgentView> viewsTagged(String tag, long afterSeq, Limit limit);

    @Query("select b.sender from BlockEntity b where b.agent = :agent order by b.sender")
    List<String> blockedBy(String agent);

    @Query(VIEW + """
            from ProfileEntity p join AgentEntity a on a.registeredSeq = p.registeredSeq
            where p.registeredSeq > :afterSeq order by p.registeredSeq""")
    List<AgentView> viewsWithProfile(long afterSeq, Limit limit);
}
