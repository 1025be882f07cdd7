package import AuthzCore
package import AuthzPolicy
import AuthzToken

extension CheckRequest {
    /// Fills the request from a document.
    ///
    /// What a document leaves out is absent, but for addresses and ports, the principal at a waypoint, and what it says is unknown
    /// of the peer: those are unknown.
    /// What Envoy's check request cannot carry is unknown, too. A
    /// token written as claims goes where the workload's rule of that issuer looks for one.
    package mutating func fill(from document: RequestDocument, for workload: Workload?, in policySet: PolicySet) {
        removeAll()
        if let principal = document.source.principal {
            source.principal = .known(append(principal))
        } else {
            source.principal = document.source.isUnknown || workload?.role == .waypoint ? .unknown : .absent
        }
        source.ip =
            document.source.ip.map { .known($0) } ?? (document.check?.sourceHasNoIP == true ? .absent : .unknown)
        source.remoteIP = document.source.remoteIP.map { .known($0) } ?? (document.source.isUnknown ? .unknown : nil)
        destination.ip =
            document.destination.ip.map { .known($0) }
            ?? (document.check?.destinationHasNoIP == true ? .absent : .unknown)
        destination.port =
            document.destination.port.map { .known($0) }
            ?? (document.check?.destinationHasNoIP == true ? .absent : .unknown)
        // Envoy stores the name of the client hello in lower case.
        destination.sni =
            document.destination.sni.map { .known(appendFolded($0)) }
            ?? (document.source.isUnknown ? .unknown : .absent)
        if let check = document.check {
            if !check.tellsServerName { destination.sni = .unknown }
            needsNormalization = false
            proxyHasAppendedPeer = true
            carriesAllHeaders = true
            dynamicMetadataIsKnown = false
            hasMergedHeaders = check.hasMergedHeaders
            fill(from: check.metadata)
        }
        guard let written = document.request else {
            transport = .tcp
            return
        }
        operation.method = append(written.method)
        operation.methodIsFree =
            document.check?.isOverHTTP2 == true && HTTPSyntax.isToken(operation.method, in: self)
        operation.path = append(written.path)
        operation.host = append(written.host)
        operation.scheme = written.scheme.map { append($0) }
        for (name, value) in written.headers {
            appendHeader(name: append(name), value: append(Self.trimmingBlanks(value)))
        }
        switch document.token {
        case nil: break
        case .compact(let token): appendHeader(name: append("authorization"), value: append("Bearer \(token)"))
        case .claims(let json, let hasValidSignature, _):
            place(claims: json, hasValidSignature: hasValidSignature, for: workload, in: policySet)
        }
    }

    private mutating func fill(from metadata: [String: [String: ForwardedCheck.MetadataValue]]) {
        for (namespace, fields) in metadata {
            dynamicMetadata.namespaces.append(append(namespace))
            for (key, value) in fields {
                let start = dynamicMetadata.texts.count
                let form: DynamicMetadata.Field.Form
                switch value {
                case .text(let text):
                    form = .text
                    dynamicMetadata.texts.append(append(text))
                case .list(let texts):
                    form = .list
                    for text in texts { dynamicMetadata.texts.append(append(text)) }
                }
                dynamicMetadata.fields.append(
                    DynamicMetadata.Field(
                        namespace: dynamicMetadata.namespaces.count - 1, key: append(key), form: form,
                        texts: start..<dynamicMetadata.texts.count))
            }
        }
    }

    private mutating func appendFolded(_ text: String) -> ByteSlice {
        let start = storage.count
        for byte in text.utf8 { append(lowercased(byte)) }
        return slice(from: start)
    }

    /// Blanks around a value are no part of it (RFC 9110 §5.5).
    private static func trimmingBlanks(_ value: String) -> Substring {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var rest = Substring(value).utf8.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return Substring(rest)
    }

    /// Makes a compact token of the claims and puts it where the rule of its issuer looks first.
    private mutating func place(
        claims json: String, hasValidSignature: Bool, for workload: Workload?, in policySet: PolicySet
    ) {
        let token =
            ["{\"alg\":\"RS256\",\"typ\":\"JWT\"}", json, "offline"].map { Base64URL.encode(Array($0.utf8).span) }
            .joined(separator: ".")
        let bytes: ByteSlice
        switch TokenRule.place(ofClaims: json, for: workload, in: policySet) {
        case nil: return
        case .header(let header):
            let start = storage.count
            _ = append(header.prefix.span)
            bytes = append(token)
            let value = slice(from: start)
            appendHeader(name: append(header.name.span), value: value)
        case .param(let name):
            let path = text(operation.path)
            let start = storage.count
            _ = append(path)
            append(path.utf8.contains(UInt8(ascii: "?")) ? UInt8(ascii: "&") : UInt8(ascii: "?"))
            _ = append(name.span)
            append(UInt8(ascii: "="))
            bytes = append(token)
            operation.path = slice(from: start)
        case .cookie(let name):
            let start = storage.count
            _ = append(name.span)
            append(UInt8(ascii: "="))
            bytes = append(token)
            let value = slice(from: start)
            appendHeader(name: append("cookie"), value: value)
        }
        offlineToken = OfflineToken(bytes: bytes, hasValidSignature: hasValidSignature)
    }
}
