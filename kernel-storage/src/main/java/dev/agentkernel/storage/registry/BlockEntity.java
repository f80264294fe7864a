package dev.agentkernel.storage.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.NullUnmarked;

/** A sender whose messages an agent refuses; the commit alone writes the table. */
@Entity
@Immutable
@IdClass(BlockEntity.Key.class)
@NullUnmarked // the mapper fills the fields, before anybody sees them
@Table(name = "blocks")
class BlockEntity {

    @Id
    @Column(name = "agent")
    private String agent;

    @Id
    @Column(name = "sender")
    private String sender;

    /** For the mapper. */
    protected BlockEntity() {}

    /** Names a block. */
    record Key(String agent, String sender) implements Serializable {}
}
