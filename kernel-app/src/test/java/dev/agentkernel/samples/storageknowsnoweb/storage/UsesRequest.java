package dev.agentkernel.samples.storageknowsnoweb.storage;

import jakarta.servlet.http.HttpServletRequest;

record UsesRequest(HttpServletRequest request) {}
