import AuthzCore

@testable import AuthzServer

/// What a check request says, in values that two readers of it can be compared by.
struct CheckView: Equatable {
    struct Peer: Equatable {
        var form = AddressMessage.Form.none
        var host = ""
        var port: UInt32?
        var service = ""
        var principal = ""
        var labels: [String: String] = [:]
    }

    struct Pair: Equatable {
        var key: String
        var value: [UInt8]
    }

    var source = Peer()
    var destination = Peer()
    var hasHTTP = false
    var method = ""
    var path = ""
    var host = ""
    var scheme = ""
    var headers: [String: String] = [:]
    var rawHeaders: [Pair] = []
    var contextExtensions: [String: String] = [:]
    /// `nil` without a TLS session.
    var sni: String?

    /// As the scanner reads it.
    ///
    /// - Parameter message: Has read others before.
    init(scanning bytes: [UInt8], with message: inout CheckMessage) throws(WireError) {
        try message.read(bytes.span)
        let text = { (slice: ByteSlice) in String(decoding: bytes[slice.range], as: UTF8.self) }
        let map = { (map: TextMap) in
            Dictionary(uniqueKeysWithValues: map.entries.map { (text($0.name), text($0.value)) })
        }
        let peer = { (peer: PeerMessage) in
            Peer(
                form: peer.address.form, host: text(peer.address.host), port: peer.address.port,
                service: text(peer.service), principal: text(peer.principal), labels: map(peer.labels))
        }
        source = peer(message.source)
        destination = peer(message.destination)
        hasHTTP = message.hasHTTP
        method = text(message.method)
        path = text(message.path)
        host = text(message.host)
        scheme = text(message.scheme)
        headers = map(message.headers)
        rawHeaders = message.rawHeaders.entries.map { Pair(key: text($0.name), value: Array(bytes[$0.value.range])) }
        contextExtensions = map(message.contextExtensions)
        sni = message.hasTLSSession ? text(message.sni) : nil
    }

    /// As the protobuf library reads it.
    init(_ check: Authz_Oracle_Check) {
        let attributes = check.attributes
        let map = { (entries: [Authz_Oracle_Entry]) in
            Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        }
        let peer = { (peer: Authz_Oracle_Peer) in
            var view = Peer(service: peer.service, principal: peer.principal, labels: map(peer.labels))
            switch peer.address.address {
            case nil: break
            case .socketAddress(let socket):
                view.form = .socket
                view.host = socket.address
                if case .portValue(let port) = socket.portSpecifier { view.port = port }
            case .pipe, .envoyInternalAddress: view.form = .other
            }
            return view
        }
        source = peer(attributes.source)
        destination = peer(attributes.destination)
        hasHTTP = attributes.request.hasHTTP
        let http = attributes.request.http
        method = http.method
        path = http.path
        host = http.host
        scheme = http.scheme
        headers = map(http.headers)
        rawHeaders = http.headerMap.headers.map { header in
            Pair(key: header.key, value: header.rawValue.isEmpty ? Array(header.value.utf8) : Array(header.rawValue))
        }
        contextExtensions = map(attributes.contextExtensions)
        sni = attributes.hasTlsSession ? attributes.tlsSession.sni : nil
    }
}
