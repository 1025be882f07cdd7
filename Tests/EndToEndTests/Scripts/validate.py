"""Holds documents against a JSON schema: validate.py SCHEMA FILE...

Prints a line of JSON for each document: its problems, none for one that fits. A file *.jsonl has one on each line, others are YAML or JSON."""
import json
import pathlib
import re
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML as its version 1.2 reads it: times are text, and so are `on` and `yes`."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool", ":int"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF")
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[-+]?[0-9]+$"), "-+0123456789")


def documents(path):
    with open(path) as file:
        if path.endswith(".jsonl"):
            yield from map(json.loads, file)
        else:
            yield from yaml.load_all(file, Loader)


def validator_of(schema_path):
    path = pathlib.Path(schema_path).resolve()
    schema = json.loads(path.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, resolver=jsonschema.RefResolver(path.as_uri(), schema))


if __name__ == "__main__":
    validator = validator_of(sys.argv[1])
    for path in sys.argv[2:]:
        for document in documents(path):
            errors = validator.iter_errors(document)
            print(json.dumps([f"{error.json_path} {error.message}"[:300] for error in errors]))
