import AuthzCore

/// The peer as ztunnel reads it from a certificate: `spiffe://<trust domain>/ns/<namespace>/sa/<service account>`. A name of
/// any other form is no identity.
struct ZtunnelIdentity: Sendable {
    /// Without `spiffe://`.
    let principal: ByteSlice
    let namespace: ByteSlice
    /// `<namespace>/sa/<service account>`
    let account: ByteSlice

    /// Linear in the name.
    init?(_ name: ByteSlice, in bytes: Span<UInt8>) {
        let scheme: StaticString = "spiffe://"
        guard Self.has(scheme, bytes, at: Int(name.offset), end: name.range.upperBound) else { return nil }
        principal = name.dropping(first: scheme.utf8CodeUnitCount)
        var slashes = InlineArray<4, Int>(repeating: 0)
        var count = 0
        for index in principal.range where bytes[index] == UInt8(ascii: "/") {
            guard count < 4 else { return nil }
            slashes[count] = index
            count += 1
        }
        let end = principal.range.upperBound
        guard count == 4, slashes[1] - slashes[0] == 3, Self.has("/ns/", bytes, at: slashes[0], end: end),
            slashes[3] - slashes[2] == 3, Self.has("/sa/", bytes, at: slashes[2], end: end)
        else { return nil }
        namespace = ByteSlice(offset: slashes[1] + 1, count: slashes[2] - slashes[1] - 1)
        account = ByteSlice(offset: slashes[1] + 1, count: end - slashes[1] - 1)
    }

    private static func has(_ text: StaticString, _ bytes: Span<UInt8>, at offset: Int, end: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard offset + count <= end else { return false }
        return text.withUTF8Buffer { text in
            for index in 0..<count where bytes[offset + index] != text[index] { return false }
            return true
        }
    }

    /// The part that an attribute reads.
    ///
    /// - Precondition: The attribute is one of ztunnel's.
    func part(_ attribute: Program.Attribute) -> ByteSlice {
        switch attribute {
        case .ztunnelNamespace: namespace
        case .ztunnelAccount: account
        case .ztunnelPrincipal, .peerPrincipal, .requestPrincipal, .claim, .header, .authority, .scheme, .fullPath,
            .method, .host, .path, .sourceIP, .remoteIP, .destinationIP, .destinationPort, .sni, .dynamicMetadata:
            principal
        }
    }
}
