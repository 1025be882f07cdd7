"""Prints the Envoy configuration that Istio's control plane makes of an extension provider and a CUSTOM policy.

usage: istio_envoy.py MESH POLICY CERTIFICATES AUTHZ-PORT UPSTREAM-SOCKET

A sidecar has its inbound listener on the port of the workload; here the system chooses one, so that `8080` stands for it in checks.
"""

import json
import sys

import yaml

TYPE = "type.googleapis.com/envoy."
HTTP = TYPE + "extensions.filters.http."
NETWORK = TYPE + "extensions.filters.network."
KEY = "istio_ext_authz_shadow_effective_policy_id"
NORMALIZATION = {
    "DECODE_AND_MERGE_SLASHES": {
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "UNESCAPE_AND_FORWARD",
    }
}
STATUS = {"403": "Forbidden"}
HTTP2 = {
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": TYPE + "extensions.upstreams.http.v3.HttpProtocolOptions",
        "explicit_http_config": {"http2_protocol_options": {}},
    }
}


def patterns(names):
    """Header names as a mesh configuration writes them, as Envoy's matchers."""
    made = []
    for name in names:
        kind = "suffix" if name.startswith("*") else "prefix" if name.endswith("*") else "exact"
        made.append({kind: name.strip("*"), "ignore_case": True})
    return {"patterns": made}


def common(provider):
    return {
        "failure_mode_allow": provider.pop("failOpen"),
        "status_on_error": {"code": STATUS[provider.pop("statusOnError")]},
    }


def http_check(provider, cluster):
    allowed = provider.pop("includeRequestHeadersInCheck")
    added = sorted(provider.pop("includeAdditionalHeadersInCheck").items())
    return {
        "@type": HTTP + "ext_authz.v3.ExtAuthz",
        **common(provider),
        "allowed_headers": patterns(allowed),
        "http_service": {
            "server_uri": {
                "uri": "http://" + provider.pop("service"),
                "cluster": cluster,
                "timeout": provider.pop("timeout"),
            },
            "path_prefix": provider.pop("pathPrefix"),
            "authorization_request": {
                "headers_to_add": [
                    {"key": key, "value": value.replace("%DOWNSTREAM_LOCAL_PORT%", "8080")} for key, value in added
                ]
            },
            "authorization_response": {
                "allowed_upstream_headers": patterns(provider.pop("headersToUpstreamOnAllow"))
            },
        },
    }


def grpc_check(provider, cluster, kind):
    check = {
        "@type": kind + "ext_authz.v3.ExtAuthz",
        "transport_api_version": "V3",
        **common(provider),
        "grpc_service": {
            "envoy_grpc": {"cluster_name": cluster, "authority": provider.pop("service")},
            "timeout": provider.pop("timeout"),
        },
    }
    if kind == NETWORK:
        del check["status_on_error"]
        check["stat_prefix"] = "tcp."
    return check


def asks(policy, name, check, kind):
    """The pair of filters: one finds out whether the policy matches, the other asks where it does."""
    assert policy["spec"]["rules"] == [{}], "only the rule that matches everything is translated here"
    names = policy["metadata"]
    layer = "http" if kind == HTTP else "network"
    rule = f"istio-ext-authz-{name}-ns[{names['namespace']}]-policy[{names['name']}]-rule[0]"
    everything = {"permissions": [{"any": True}], "principals": [{"any": True}]}
    shadow = {
        "@type": kind + "rbac.v3.RBAC",
        "shadow_rules": {"action": "DENY", "policies": {rule: everything}},
        "shadow_rules_stat_prefix": "istio_ext_authz_",
    }
    if kind == NETWORK:
        shadow["stat_prefix"] = "tcp."
    check["filter_enabled_metadata"] = {
        "filter": f"envoy.filters.{layer}.rbac",
        "path": [{"key": KEY}],
        "value": {"string_match": {"prefix": "istio-ext-authz-" + name}},
    }
    return [
        {"name": f"envoy.filters.{layer}.rbac", "typed_config": shadow},
        {"name": f"envoy.filters.{layer}.ext_authz", "typed_config": check},
    ]


def connections(prefix, route, filters, options):
    router = {"name": "envoy.filters.http.router", "typed_config": {"@type": HTTP + "router.v3.Router"}}
    return {
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": {
            "@type": NETWORK + "http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": prefix,
            "http_filters": filters + [router],
            "route_config": {
                "virtual_hosts": [
                    {"name": prefix, "domains": ["*"], "routes": [{"match": {"prefix": "/"}, **route}]}
                ]
            },
            **options,
        },
    }


def mutual_tls(folder, name):
    def file(suffix):
        return {"filename": f"{folder}/{suffix}"}

    return {
        "name": "tls",
        "typed_config": {
            "@type": TYPE + "extensions.transport_sockets.tls.v3.DownstreamTlsContext",
            "require_client_certificate": True,
            "common_tls_context": {
                "tls_certificates": [
                    {"certificate_chain": file(name + ".crt"), "private_key": file(name + ".key")}
                ],
                "validation_context": {"trusted_ca": file("ca.crt")},
            },
        },
    }


def address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def cluster(name, where, **others):
    endpoint = {"endpoint": {"address": where}}
    return {
        "name": name,
        "connect_timeout": "1s",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]},
        **others,
    }


def main(mesh_file, policy_file, certificates, port, upstream_socket):
    with open(mesh_file, encoding="utf-8") as file:
        mesh = yaml.safe_load(file)["spec"]["meshConfig"]
    with open(policy_file, encoding="utf-8") as file:
        policy = yaml.safe_load(file)
    name = policy["spec"]["provider"]["name"]
    (provider,) = [each for each in mesh["extensionProviders"] if each["name"] == name]
    upstream = {"pipe": {"path": upstream_socket}}

    grpc, http = provider.get("envoyExtAuthzGrpc"), provider.get("envoyExtAuthzHttp")
    service = (grpc or http)["service"]
    # As the `appProtocol` of the Service says, over HTTP/2, whatever asks; from where a sidecar connects to its workload.
    authz = f"outbound|{(grpc or http).pop('port')}||{service}"
    source = {"source_address": {"address": "127.0.0.6", "port_value": 0}}
    asked = cluster(
        authz, address(int(port)), typed_extension_protocol_options=HTTP2, upstream_bind_config=source
    )
    # A provider over HTTP is not asked about connections.
    connection_checks = asks(policy, name, grpc_check(dict(grpc), authz, NETWORK), NETWORK) if grpc else []
    check = grpc_check(grpc, authz, HTTP) if http is None else http_check(http, authz)
    assert not (grpc or http), f"not translated: {grpc or http}"
    inbound = connections(
        "inbound",
        {"route": {"cluster": "upstream"}},
        asks(policy, name, check, HTTP),
        {
            **NORMALIZATION[mesh["pathNormalization"]["normalization"]],
            "use_remote_address": False,
            "forward_client_cert_details": "APPEND_FORWARD",
            "set_current_client_cert_details": {"subject": True, "dns": True, "uri": True},
        },
    )
    proxy = {
        "name": "envoy.filters.network.tcp_proxy",
        "typed_config": {
            "@type": NETWORK + "tcp_proxy.v3.TcpProxy",
            "stat_prefix": "tcp",
            "cluster": "upstream",
        },
    }
    body = {"text_format_source": {"inline_string": "called by %REQ(x-auth-subject)%\n"}}
    answer = {"direct_response": {"status": 200, "body_format": body}}
    json.dump(
        {
            "admin": {"address": address(0)},
            "static_resources": {
                "listeners": [
                    {
                        "name": "http",
                        "address": address(0),
                        "filter_chains": [
                            {"transport_socket": mutual_tls(certificates, "api"), "filters": [inbound]}
                        ],
                    },
                    {
                        "name": "tcp",
                        "address": address(0),
                        "filter_chains": [
                            {
                                "transport_socket": mutual_tls(certificates, "database"),
                                "filters": connection_checks + [proxy],
                            }
                        ],
                    },
                    {
                        "name": "upstream",
                        "address": upstream,
                        "filter_chains": [{"filters": [connections("upstream", answer, [], {})]}],
                    },
                ],
                "clusters": [asked, cluster("upstream", upstream)],
            },
        },
        sys.stdout,
    )


main(*sys.argv[1:])
