import AuthzCore
import AuthzPolicy
import Foundation

/// A request document in YAML, in flow style.
enum RequestText {
    /// The document on one line, as `authz explain` reads it.
    static func document(_ request: RequestDocument) -> String { FlowText.mapping(members(of: request)) }

    /// The members of a document, or of a case, with their values.
    static func members(of request: RequestDocument) -> [(name: String, value: String)] {
        var members: [(String, String)] = []
        let source = self.members(of: request.source)
        if !source.isEmpty { members.append(("source", FlowText.mapping(source))) }
        members.append(("destination", text(of: request.destination)))
        if let http = request.request { members.append(("request", FlowText.mapping(self.members(of: http)))) }
        switch request.token {
        case nil: break
        case .compact(let token): members.append(("token", FlowText.text(token)))
        case .claims(let json, let hasValidSignature, _):
            let signature = hasValidSignature ? [] : [("signature", "invalid")]
            members.append(("token", FlowText.mapping([("claims", json)] + signature)))
        }
        if let now = request.now {
            members.append(("now", Date(timeIntervalSince1970: Double(now)).formatted(.iso8601)))
        }
        return members
    }

    /// A destination as it stands in a document.
    static func text(of destination: RequestDocument.Destination) -> String {
        FlowText.mapping(members(of: destination))
    }

    private static func members(of source: RequestDocument.Source) -> [(String, String)] {
        var members: [(String, String)] = []
        if let principal = source.principal {
            let short = principal.hasPrefix("spiffe://") ? String(principal.dropFirst("spiffe://".count)) : principal
            members.append(("principal", FlowText.text(short)))
        }
        if let ip = source.ip { members.append(("ip", FlowText.text("\(ip)"))) }
        if let ip = source.remoteIP { members.append(("remoteIp", FlowText.text("\(ip)"))) }
        if source.isUnknown { members.append(("unknown", "true")) }
        return members
    }

    private static func members(of destination: RequestDocument.Destination) -> [(String, String)] {
        var members: [(String, String)] = []
        func add(_ name: String, _ value: String?) {
            if let value { members.append((name, FlowText.text(value))) }
        }
        add("workload", destination.workload?.value)
        add("namespace", destination.namespace)
        if let labels = destination.labels {
            let pairs = labels.sorted { $0.key < $1.key }.map { ($0.key, FlowText.text($0.value)) }
            members.append(("labels", FlowText.mapping(pairs)))
        }
        add("serviceAccount", destination.serviceAccount)
        add("service", destination.service)
        add("gateway", destination.gateway)
        add("waypoint", destination.waypoint)
        add("gatewayClass", destination.gatewayClass)
        add("ip", destination.ip.map { "\($0)" })
        if let port = destination.port { members.append(("port", "\(port)")) }
        add("sni", destination.sni)
        return members
    }

    private static func members(of request: RequestDocument.HTTPRequest) -> [(String, String)] {
        var members = [("method", FlowText.text(request.method)), ("path", FlowText.text(request.path))]
        if !request.host.isEmpty { members.append(("host", FlowText.text(request.host))) }
        if let scheme = request.scheme { members.append(("scheme", FlowText.text(scheme))) }
        guard !request.headers.isEmpty else { return members }
        var names: [String] = []
        for header in request.headers where !names.contains(header.name) { names.append(header.name) }
        let headers = names.map { name in
            let values = request.headers.filter { $0.name == name }.map(\.value)
            return (name, values.count == 1 ? FlowText.text(values[0]) : FlowText.list(values))
        }
        members.append(("headers", FlowText.mapping(headers)))
        return members
    }
}
