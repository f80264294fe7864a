"""Holds compose files to what the compose specification wants of them, as far as these files use it."""

import sys

import yaml

SERVICE = {
    "build", "image", "restart", "depends_on", "ports", "environment", "volumes", "stop_grace_period", "secrets",
    "healthcheck", "shm_size",
}
TOP = {"name", "services", "volumes", "networks", "secrets"}


def check(path):
    with open(path, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    wrong = [f"unknown at the top: {key}" for key in document if key not in TOP and not key.startswith("x-")]
    services = document["services"]
    for name, service in services.items():
        wrong += [f"{name}: unknown key {key}" for key in service if key not in SERVICE]
        if "image" not in service and "build" not in service:
            wrong.append(f"{name}: neither an image nor a build")
        for secret in service.get("secrets", []):
            if secret not in document.get("secrets", {}):
                wrong.append(f"{name}: the secret {secret} is not declared")
        for needed in service.get("depends_on", []):
            if needed not in services:
                wrong.append(f"{name}: depends on {needed}, which is not there")
        for volume in service.get("volumes", []):
            source = volume.split(":", 1)[0]
            if not source.startswith((".", "/", "$")) and source not in document.get("volumes", {}):
                wrong.append(f"{name}: the volume {source} is not declared")
        for key, value in (service.get("environment") or {}).items():
            if not isinstance(value, str):
                wrong.append(f"{name}: {key} is {value!r}; it must be text")
        for port in service.get("ports", []):
            if not isinstance(port, str):
                wrong.append(f"{name}: the port {port!r} must be text")
    if wrong:
        sys.exit(f"{path}:\n  " + "\n  ".join(wrong))
    print(f"{path}: {len(services)} services are whole")


for each in sys.argv[1:]:
    check(each)
