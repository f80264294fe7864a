package dev.agentkernel.app.storage;

/**
 * What a person wants to know about the storage.
 *
 * @param kind the profile
 * @param place where it is: a directory or a database, without any secret
 * @param replica the name of this process among those that share the storage
 */
public record StorageDescription(String kind, String place, String replica) {}
