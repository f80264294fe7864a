package dev.agentkernel.samples.coretalkstonodatabase.core;

import java.sql.Connection;

record OpensConnection(Connection connection) {}
