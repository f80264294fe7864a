package dev.agentkernel.storage.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.NullUnmarked;

/** A tag that an agent is found by; the commit alone writes the table. */
@Entity
@Immutable
@IdClass(TagEntity.Key.class)
@NullUnmarked // the mapper fills the fields, before anybody sees them
@Table(name = "agent_tags")
class TagEntity {

    @Id
    @Column(name = "tag")
    private String tag;

    @Id
    @Column(name = "registered_seq")
    private long registeredSeq;

    /** For the mapper. */
    protected TagEntity() {}

    /** Names a tag of an agent. */
    record Key(String tag, long registeredSeq) implements Serializable {}
}
