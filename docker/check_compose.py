"""Holds compose files to a schema, and to themselves: what they name must be there.

The schema is of the part of the Compose Specification (github.com/compose-spec/compose-spec) that the files here use; whoever
uses more of it adds that to the schema.
"""

import json
import os
import sys

import jsonschema
import yaml

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "compose-schema.json"), encoding="utf-8") as schema:
    VALIDATOR = jsonschema.Draft7Validator(json.load(schema))


def schema_errors(document):
    errors = VALIDATOR.iter_errors(document)
    return [f"{'.'.join(map(str, error.path)) or 'the file'}: {error.message}" for error in errors]


def dangling(document):
    """What services name and nobody declares."""
    services = document["services"]
    for name, service in services.items():
        if "image" not in service and "build" not in service:
            yield f"{name}: neither an image nor a build"
        for secret in service.get("secrets", []):
            if secret not in document.get("secrets", {}):
                yield f"{name}: the secret {secret} is not declared"
        for needed in service.get("depends_on", []):
            if needed not in services:
                yield f"{name}: depends on {needed}, which is not there"
        for volume in service.get("volumes", []):
            source = volume.split(":", 1)[0]
            if not source.startswith((".", "/", "$")) and source not in document.get("volumes", {}):
                yield f"{name}: the volume {source} is not declared"
        for key, value in (service.get("environment") or {}).items():
            if not isinstance(value, str):
                yield f"{name}: {key} is {value!r}; compose may write it otherwise, so it must be text"


def check(path):
    with open(path, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    wrong = schema_errors(document) + list(dangling(document))
    if wrong:
        sys.exit(f"{path}:\n  " + "\n  ".join(wrong))
    print(f"{path}: {len(document['services'])} services are whole")


for each in sys.argv[1:]:
    check(each)
