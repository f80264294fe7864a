package dev.agentkernel.storage.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.NullUnmarked;

/** The columns of an operator that readers see; the commit alone writes the table. */
@Entity
@Immutable
@NullUnmarked // the mapper fills the fields, before anybody sees them
@Table(name = "operators")
class OperatorEntity {

    @Id
    @Column(name = "operator_id")
    private UUID operatorId;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "agent_count")
    private long agentCount;

    /** For the mapper. */
    protected OperatorEntity() {}
}
