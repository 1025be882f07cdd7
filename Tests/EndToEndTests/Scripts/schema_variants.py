"""Documents that are each one step away from right, and what a schema says of them: schema_variants.py SCHEMA EXAMPLES.yaml NAMES.json

EXAMPLES have every field of the schema between them, NAMES all names that a field might have. Prints lines of JSON:
{"what", "document", "problems"} for an example and each change of one value in it;
{"what", "document", "tried", "fields"} for each mapping of fields, with the names `tried` in it, of which the schema knows `fields`.
Exits with 1 where the schema has fields that no example shows."""
import copy
import json
import sys

from validate import documents, validator_of

schema_path, examples_path, names_path = sys.argv[1:]
validator = validator_of(schema_path)
with open(names_path) as file:
    names = json.load(file)

SOME_OF_EACH_TYPE = [None, 7, True, "text", "", [], {}]
visited = set()


def print_line(**values):
    print(json.dumps(values))


def applied(schema, url):
    """The schema and all that it refers to or offers as alternatives, each with the address that it stands at."""
    yield schema, url
    if "$ref" in schema:
        validator.resolver.push_scope(url)
        target_url, target = validator.resolver.resolve(schema["$ref"])
        validator.resolver.pop_scope()
        yield from applied(target, target_url)
    for alternative in schema.get("anyOf", []) + [schema[part] for part in ("then", "else") if part in schema]:
        yield from applied(alternative, url)


def below(schemas, key):
    for schema, url in schemas:
        if isinstance(key, int):
            part = schema.get("items")
        else:
            part = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
        if isinstance(part, dict):
            yield from applied(part, url)


def places(document, path=()):
    yield path
    items = document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    for key, value in items:
        yield from places(value, path + (key,))


def at(document, path):
    for key in path:
        document = document[key]
    return document


def changed(document, path, value):
    if not path:
        return value
    copied = copy.deepcopy(document)
    at(copied, path[:-1])[path[-1]] = value
    return copied


def without(document, path):
    copied = copy.deepcopy(document)
    del at(copied, path[:-1])[path[-1]]
    return copied


def judge(what, document):
    problems = [error.json_path for error in validator.iter_errors(document)]
    print_line(what=what, document=json.dumps(document), problems=problems)


def name_of(path):
    return "/".join(map(str, path)) or "document"


for number, example in enumerate(documents(examples_path), 1):
    judge(f"{number}: as it is", example)
    schemas = {(): list(applied(validator.schema, validator.resolver.base_uri))}
    for path in places(example):
        value = at(example, path)
        if path:
            schemas[path] = list(below(schemas[path[:-1]], path[-1]))
            if isinstance(path[-1], str):
                judge(f"{number}: without {name_of(path)}", without(example, path))
        for other in SOME_OF_EACH_TYPE + [[value]]:
            judge(f"{number}: {json.dumps(other)[:20]} as {name_of(path)}", changed(example, path, other))
        if not isinstance(value, dict):
            continue
        closed = [schema for schema, _ in schemas[path] if schema.get("additionalProperties") is False]
        visited.update(map(id, closed))
        judge(f"{number}: unknown field in {name_of(path)}", changed(example, path, value | {"unknownField": 1}))
        if closed:
            fields = {field for schema in closed for field in schema.get("properties", {})}
            more = {name: None for name in names if name not in value}
            if not path and "attributes" in fields and "tests" not in fields:
                # A request document with this field is a check request, and has no other.
                fields = {"attributes"} if "attributes" in value else fields - {"attributes"}
                more.pop("attributes", None)
            document = json.dumps(changed(example, path, value | more))
            tried = sorted(name for name in value | more if not name.startswith("x-"))
            print_line(what=f"{number}: fields of {name_of(path)}", document=document, tried=tried, fields=sorted(fields))


def closed_mappings(schema):
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False and "properties" in schema:
            yield schema
        for value in schema.values():
            yield from closed_mappings(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from closed_mappings(value)


unseen = [schema for schema in closed_mappings(validator.schema) if id(schema) not in visited]
if unseen:
    sys.exit(f"no example has {json.dumps(unseen)[:500]}")
