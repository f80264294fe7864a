package dev.agentkernel.storage.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.NullUnmarked;

/** The columns of an agent that readers see; the commit alone writes the table. */
@Entity
@Immutable
@NullUnmarked // the mapper fills the fields, before anybody sees them
@Table(name = "agents")
class AgentEntity {

    @Id
    @Column(name = "registered_seq")
    private long registeredSeq;

    @Column(name = "address")
    private String address;

    @Column(name = "operator_id")
    private UUID operatorId;

    @Column(name = "registered_at")
    private Instant registeredAt;

    @Column(name = "webhook_url")
    private String webhookUrl;

    @Column(name = "webhook_secret_version")
    private int webhookSecretVersion;

    @Column(name = "webhook_secret_rotated_at")
    private Instant webhookSecretRotatedAt;

    /** For the mapper. */
    protected AgentEntity() {}
}
