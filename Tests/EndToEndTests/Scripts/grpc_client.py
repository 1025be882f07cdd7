"""Calls a server as a client that knows nothing of it but its address, and prints what came as one JSON object.

usage: grpc_client.py HOST:PORT TOKEN
"""

import json
import sys

import grpc
from google.protobuf import json_format
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase


def main():
    address, token = sys.argv[1:]
    channel = grpc.insecure_channel(address)
    database = ProtoReflectionDescriptorDatabase(channel)
    pool = DescriptorPool(database)

    def call(service, name, document, **options):
        method = pool.FindServiceByName(service).methods_by_name[name]
        request = json_format.ParseDict(document, GetMessageClass(method.input_type)())
        stub = channel.unary_unary(
            f"/{service}/{name}",
            request_serializer=type(request).SerializeToString,
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
        try:
            return json_format.MessageToDict(stub(request, timeout=20, **options))
        except grpc.RpcError as error:
            return error.code().name

    def check(method, path, headers=None, principal="spiffe://cluster.local/ns/production/sa/frontend", **options):
        http = {"method": method, "path": path, "host": "api.example.com", "headers": headers or {}}
        attributes = {
            "source": {"principal": principal},
            "destination": {"address": {"socketAddress": {"address": "10.0.0.9", "portValue": 8080}}},
            "request": {"http": http},
            "contextExtensions": {"workload": "production/api"},
        }
        return call("envoy.service.auth.v3.Authorization", "Check", {"attributes": attributes}, **options)

    def health(service):
        return call("grpc.health.v1.Health", "Check", {"service": service})

    def raw(path, message, **options):
        try:
            return channel.unary_unary(path)(message, timeout=20, **options).hex()
        except grpc.RpcError as error:
            return error.code().name

    authorization = "/envoy.service.auth.v3.Authorization/Check"
    print(
        json.dumps(
            {
                "services": sorted(database.get_services()),
                "allowed": check("GET", "/api/v1/orders"),
                "denied": check("DELETE", "/api/v1/orders"),
                "stranger": check("GET", "/api/v1/orders", principal="spiffe://cluster.local/ns/legacy/sa/frontend"),
                "token": check("GET", "/account", {"authorization": f"Bearer {token}"}),
                "forged": check("GET", "/account", {"authorization": f"Bearer {token}x"})["deniedResponse"]["status"],
                "large": check("GET", "/api/v1/orders?" + "a" * 200_000),
                "health": health(""),
                "healthOfAuthorization": health("envoy.service.auth.v3.Authorization"),
                "healthOfNone": health("none"),
                "unreadable": raw(authorization, b"\xff")[:8],
                "tooLarge": raw(authorization, bytes(1 << 20))[:8],
                "compressed": raw(authorization, bytes(1000), compression=grpc.Compression.Gzip)[:8],
                "unknown": raw("/envoy.service.auth.v3.Authorization/None", b""),
            },
            sort_keys=True,
        )
    )


main()
