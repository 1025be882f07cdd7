internal import Glibc

/// One question: the attributes of a request or connection that policies may read.
///
/// All text lies in one storage and is named by ``ByteSlice``. A request is filled by a codec, changed while it is decided as
/// a proxy would change it (path normalized, verified token removed, output headers set), and used again for the next one:
/// after the first few, filling and deciding allocate nothing.
package struct CheckRequest: Sendable {
    /// What the enforcing proxy speaks on this port.
    package enum Transport: Sendable { case http, tcp }

    /// The bytes that the slices name. Grows; nothing in it moves while the request lives.
    package private(set) var storage: [UInt8] = []
    package var transport: Transport = .http
    package var source = Source()
    package var destination = Destination()
    package var operation = Operation()
    /// The identities in the peer's certificate behind ``Source/principal``, which is the first. A test of the principal is one
    /// of them all.
    package var furtherPrincipals: [ByteSlice] = []
    /// Whether repeated header lines reached us joined with `,`, as in the header map of Envoy's check requests.
    package var hasMergedHeaders = false
    /// Whether the path is yet to be normalized by the mode of the mesh. False where a proxy has done so.
    package var needsNormalization = true
    /// Whether the asking proxy has already put its own peer at the end of `x-forwarded-for`, as Envoy at a gateway has when it
    /// asks.
    package var proxyHasAppendedPeer = false
    /// Whether the asking proxy passes on every header that its own policies would see. Those that an HTTP check cannot carry are
    /// unknown otherwise.
    package var carriesAllHeaders = false
    /// Whether the caller can say that there is no dynamic metadata but what came along. A proxy that asks may have some that it
    /// does not send.
    package var dynamicMetadataIsKnown = true
    package var dynamicMetadata = DynamicMetadata()
    /// Whether a proxy described the request in headers of its own, with those of the client beside them: tests of headers of
    /// that kind are then unknown.
    package var isForwarded = false
    /// A token of a request document that was written as claims, with the answer its signature check is to give.
    package var offlineToken: OfflineToken?

    package init() {}

    /// Forgets the last request and keeps the memory.
    package mutating func removeAll() {
        storage.removeAll(keepingCapacity: true)
        transport = .http
        source = Source()
        furtherPrincipals.removeAll(keepingCapacity: true)
        destination = Destination()
        operation.removeAll()
        hasMergedHeaders = false
        needsNormalization = true
        proxyHasAppendedPeer = false
        carriesAllHeaders = false
        dynamicMetadataIsKnown = true
        dynamicMetadata.removeAll()
        isForwarded = false
        offlineToken = nil
    }

    /// Adds bytes to the storage and names them.
    package mutating func append(_ bytes: Span<UInt8>) -> ByteSlice {
        let offset = storage.count
        unsafe bytes.withUnsafeBufferPointer { unsafe storage.append(contentsOf: $0) }
        return ByteSlice(offset: offset, count: bytes.count)
    }

    /// Adds the UTF-8 bytes of a text. For callers that hold one; no served request does.
    package mutating func append(_ text: some StringProtocol) -> ByteSlice {
        let offset = storage.count
        storage.append(contentsOf: text.utf8)
        return ByteSlice(offset: offset, count: storage.count - offset)
    }

    /// Adds one byte behind the last slice that was begun; for codecs that build a value piece by piece.
    package mutating func append(_ byte: UInt8) {
        storage.append(byte)
    }

    /// The slice from `offset` to the end of the storage.
    package func slice(from offset: Int) -> ByteSlice {
        ByteSlice(offset: offset, count: storage.count - offset)
    }

    /// Adds a header line. The name is stored in lower case, the value without blanks around it is the caller's duty.
    package mutating func appendHeader(name: ByteSlice, value: ByteSlice) {
        // Most names are in lower case already, and reading is cheaper than writing.
        for index in name.range where lowercased(storage[index]) != storage[index] {
            storage[index] = lowercased(storage[index])
        }
        operation.headers.append(HeaderField(name: name, value: value))
    }

    /// The text of a slice, for traces and messages; bytes that are not UTF-8 are replaced.
    package func text(_ slice: ByteSlice) -> String {
        String(decoding: storage[slice.range], as: UTF8.self)
    }

    /// Whether the bytes of the slice are these.
    package func slice(_ slice: ByteSlice, equals other: StaticString) -> Bool {
        let count = other.utf8CodeUnitCount
        guard Int(slice.count) == count, slice.range.upperBound <= storage.count else { return false }
        return unsafe storage.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return count == 0 }
            return unsafe memcmp(start + Int(slice.offset), other.utf8Start, count) == 0
        }
    }
}

/// Who calls.
package struct Source: Sendable {
    /// The identity proven by mutual TLS, as the certificate says it (`spiffe://…`). Absent over plaintext.
    package var principal: Attribute<ByteSlice> = .absent
    /// The direct peer of the enforcing proxy; absent where it has no IP address.
    package var ip: Attribute<IPAddress> = .unknown
    /// The client behind trusted proxies. `nil` where the decision is to derive it from the headers and ``ip``.
    package var remoteIP: Attribute<IPAddress>?

    package init() {}
}

/// Where the connection ends.
package struct Destination: Sendable {
    package var ip: Attribute<IPAddress> = .unknown
    /// The workload's own port.
    package var port: Attribute<UInt16> = .unknown
    /// The server name of the TLS client hello.
    package var sni: Attribute<ByteSlice> = .absent

    package init() {}
}

/// What is called, over HTTP.
package struct Operation: Sendable {
    package var method = ByteSlice.empty
    /// Whether the method may be any text, because it is no HTTP that is asked about, or HTTP/2, whose codec takes any.
    package var methodIsFree = false
    /// The request target with its query, as sent; normalized once the request has been decided. Empty where there is none, as
    /// with CONNECT.
    package var path = ByteSlice.empty
    package var host = ByteSlice.empty
    /// Whether there is a host, if only an empty one.
    package var hasHost = true
    /// Whether the caller can tell the host. Where it cannot, there is none here, and tests of it are unknown.
    package var hostIsKnown = true
    /// The same of the scheme.
    package var schemeIsKnown = true
    /// The path as it was before tokens were looked for and taken out of it; a challenge names it.
    package var pathBeforeTokens: ByteSlice?
    /// `http` or `https`; `nil` where it is to be derived from the connection.
    package var scheme: ByteSlice?
    /// Header lines in the order in which they came, names in lower case, without pseudo headers and `host`.
    package var headers: [HeaderField] = []

    package init() {}

    mutating func removeAll() {
        method = .empty
        methodIsFree = false
        path = .empty
        pathBeforeTokens = nil
        host = .empty
        hasHost = true
        hostIsKnown = true
        schemeIsKnown = true
        scheme = nil
        headers.removeAll(keepingCapacity: true)
    }
}

/// One header line.
package struct HeaderField: Sendable {
    /// In lower case.
    package var name: ByteSlice
    package var value: ByteSlice

    package init(name: ByteSlice, value: ByteSlice) {
        self.name = name
        self.value = value
    }
}

/// A token that a request document gives as claims: it stands for one that was signed correctly, or forged.
package struct OfflineToken: Sendable {
    /// The compact token that was made of the claims; its signature is a placeholder.
    package var bytes: ByteSlice
    package var hasValidSignature: Bool

    package init(bytes: ByteSlice, hasValidSignature: Bool) {
        self.bytes = bytes
        self.hasValidSignature = hasValidSignature
    }
}

/// The ASCII lower case of a byte.
@inline(__always)
package func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
}
