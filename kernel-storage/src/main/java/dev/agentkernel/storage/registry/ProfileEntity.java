package dev.agentkernel.storage.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.NullUnmarked;

/** What an agent says about itself; the commit alone writes the table. */
@Entity
@Immutable
@NullUnmarked // the mapper fills the fields, before anybody sees them
@Table(name = "agent_profiles")
class ProfileEntity {

    @Id
    @Column(name = "registered_seq")
    private long registeredSeq;

    @Column(name = "name")
    private String name;

    @Column(name = "description")
    private String description;

    @Column(name = "tags")
    private String tags;

    /** For the mapper. */
    protected ProfileEntity() {}
}
