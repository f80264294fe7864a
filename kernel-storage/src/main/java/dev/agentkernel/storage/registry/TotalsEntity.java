package dev.agentkernel.storage.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.NullUnmarked;

/** The one row of counters over the whole store, as far as the registry reads it. */
@Entity
@Immutable
@NullUnmarked // the mapper fills the fields, before anybody sees them
@Table(name = "totals")
class TotalsEntity {

    @Id
    @Column(name = "id")
    private short id;

    @Column(name = "agent_count")
    private long agentCount;

    /** For the mapper. */
    protected TotalsEntity() {}
}
