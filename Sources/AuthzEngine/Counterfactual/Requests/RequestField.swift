package import AuthzCore
package import AuthzPolicy

/// A part of a request document that counts as one where a change of a request is sought.
package enum RequestField: Hashable, Sendable {
    case method, path, host, token
    /// All lines of a name, in lower case.
    case header(String)
    case port, sni, scheme, principal, remoteIP, sourceIP, destinationIP

    /// The path of the field in a request document.
    package var name: String {
        switch self {
        case .method: "request.method"
        case .path: "request.path"
        case .host: "request.host"
        case .scheme: "request.scheme"
        case .header(let name): "request.headers[\(name)]"
        case .token: "token"
        case .port: "destination.port"
        case .sni: "destination.sni"
        case .destinationIP: "destination.ip"
        case .principal: "source.principal"
        case .sourceIP: "source.ip"
        case .remoteIP: "source.remoteIp"
        }
    }

    /// Which of several changes of one size is told first: what a client can change by itself goes before who it is and where it
    /// comes from.
    var rank: Int {
        switch self {
        case .method: 0
        case .path: 1
        case .token: 2
        case .header: 3
        case .host: 4
        case .port: 5
        case .sni: 6
        case .scheme: 7
        case .principal: 8
        case .remoteIP: 9
        case .sourceIP: 10
        case .destinationIP: 11
        }
    }

    /// Whether only a request has it, and no connection.
    var isHTTP: Bool {
        switch self {
        case .method, .path, .host, .scheme, .header, .token: true
        case .port, .sni, .principal, .remoteIP, .sourceIP, .destinationIP: false
        }
    }

    /// What stands in a field.
    package enum Value: Sendable, Equatable {
        /// Nothing: plaintext, no token, no such header, an address that is not told.
        case absent
        case text(String)
        /// The lines of a header.
        case lines([String])
        case address(IPAddress)
        case port(UInt16)
        case token(RequestDocument.Token)
    }
}

extension RequestField {
    /// What the document has in the field.
    func value(in document: RequestDocument) -> Value {
        let request = document.request
        let text = { (value: String?) -> Value in value.map { .text($0) } ?? .absent }
        let address = { (value: IPAddress?) -> Value in value.map { .address($0) } ?? .absent }
        switch self {
        case .method: return text(request?.method)
        case .path: return text(request?.path)
        case .host: return text(request?.host)
        case .scheme: return text(request?.scheme)
        case .header(let name):
            let lines = (request?.headers ?? []).filter { $0.name.lowercased() == name }.map(\.value)
            return lines.isEmpty ? .absent : .lines(lines)
        case .token: return document.token.map { .token($0) } ?? .absent
        case .port: return document.destination.port.map { .port($0) } ?? .absent
        case .sni: return text(document.destination.sni)
        case .destinationIP: return address(document.destination.ip)
        case .principal: return text(document.source.principal)
        case .sourceIP: return address(document.source.ip)
        case .remoteIP: return address(document.source.remoteIP)
        }
    }

    /// Puts a value into the field.
    ///
    /// - Parameter places: Where the workload's rules look for tokens: another token takes the place of all that stand there.
    func set(_ value: Value, in document: inout RequestDocument, places: TokenPlaces) {
        switch self {
        case .method: document.request?.method = value.text ?? ""
        case .path: document.request?.path = value.text ?? ""
        case .host: document.request?.host = value.text ?? ""
        case .scheme: document.request?.scheme = value.text
        case .header(let name): document.request?.setHeader(name, to: value.lines)
        case .token:
            places.removeTokens(from: &document)
            if case .token(let token) = value { document.token = token }
        case .port: if case .port(let port) = value { document.destination.port = port }
        case .sni:
            document.destination.sni = value.text
            document.check?.tellsServerName = true
        case .destinationIP: document.destination.ip = value.address
        case .principal: document.source.principal = value.text
        case .sourceIP: document.source.ip = value.address
        case .remoteIP: document.source.remoteIP = value.address
        }
    }
}

extension RequestField.Value {
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var address: IPAddress? { if case .address(let address) = self { address } else { nil } }
    var lines: [String] { if case .lines(let lines) = self { lines } else { [] } }
}

extension RequestDocument.HTTPRequest {
    fileprivate mutating func setHeader(_ name: String, to lines: [String]) {
        let place = headers.firstIndex { $0.name.lowercased() == name } ?? headers.endIndex
        headers.removeAll { $0.name.lowercased() == name }
        headers.insert(contentsOf: lines.map { (name, $0) }, at: min(place, headers.endIndex))
    }
}
