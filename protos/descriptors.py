"""Writes a FileDescriptorSet as Swift: name, symbols, imports and bytes of each file."""

import sys


def fields(data):
    """(number, value) of each field of a message; values are ints or bytes."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        tag = varint()
        value = varint()
        if tag & 7 == 2:
            value, at = data[at : at + value], at + value
        yield tag >> 3, value


def all_of(message, number):
    return [value for found, value in fields(message) if found == number]


def text(message, number):
    return all_of(message, number)[0].decode()


def symbols(message, scope):
    """The names in a message: itself, fields, messages, enums with values, alternatives."""
    name = f"{scope}.{text(message, 1)}"
    yield name
    for number in (2, 8):
        yield from (f"{name}.{text(inner, 1)}" for inner in all_of(message, number))
    for inner in all_of(message, 3):
        yield from symbols(inner, name)
    for inner in all_of(message, 4):
        yield from enum_symbols(inner, name)


def enum_symbols(enum, scope):
    yield f"{scope}.{text(enum, 1)}"
    yield from (f"{scope}.{text(value, 1)}" for value in all_of(enum, 2))


def file_symbols(file):
    package = text(file, 2)
    for message in all_of(file, 4):
        yield from symbols(message, package)
    for enum in all_of(file, 5):
        yield from enum_symbols(enum, package)
    for service in all_of(file, 6):
        name = f"{package}.{text(service, 1)}"
        yield name
        yield from (f"{name}.{text(method, 1)}" for method in all_of(service, 2))


def closure(name, imports):
    found = [name]
    for other in found:
        found += [each for each in imports[other] if each not in found]
    return found


def main():
    with open(sys.argv[1], "rb") as file:
        files = all_of(file.read(), 1)
    names = [text(file, 1) for file in files]
    imports = {name: [each.decode() for each in all_of(file, 3)] for name, file in zip(names, files)}
    print("// Written by protos/generate.\n// swift-format-ignore-file\n")
    print("extension ServiceDescriptors {")
    print("    static let files: [File] = [")
    for name, file in zip(names, files):
        indices = ", ".join(str(names.index(each)) for each in closure(name, imports))
        print(f'        File(\n            name: "{name}",\n            symbols: [')
        for symbol in file_symbols(file):
            print(f'                "{symbol}",')
        print(f"            ],\n            files: [{indices}],\n            hexadecimal:")
        digits = file.hex()
        lines = [digits[start : start + 96] for start in range(0, len(digits), 96)]
        print('                """')
        for line in lines[:-1]:
            print(f"                {line}\\")
        print(f'                {lines[-1]}\n                """),')
    print("    ]\n}")


main()
