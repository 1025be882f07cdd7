/// One question: the attributes of a request or connection that policies may read.
///
/// All text lies in one storage and is named by ``ByteSlice``. A request is filled by a codec, changed while it is decided as
/// a proxy would change it (path normalized, verified token removed, output headers set), and used again for the next one:
/// after the first few, filling and deciding allocate nothing.
@usableFromInline
package struct CheckRequest: Sendable {
    /// What the enforcing proxy speaks on this port.
    @usableFromInline
    package enum Transport: Sendable { case http, tcp }

    /// The bytes that the slices name. Grows; nothing in it moves while the request lives.
    @usableFromInline package internal(set) var storage: [UInt8] = []
    @usableFromInline package var transport: Transport = .http
    @usableFromInline package var source = Source()
    @usableFromInline package var destination = Destination()
    @usableFromInline package var operation = Operation()
    /// The identities in the peer's certificate behind ``Source/principal``, which is the first. A test of the principal is one
    /// of them all.
    @usableFromInline package var furtherPrincipals: [ByteSlice] = []
    /// Whether repeated header lines reached us joined with `,`, as in the header map of Envoy's check requests.
    @usableFromInline package var hasMergedHeaders = false
    /// Whether the path is yet to be normalized by the mode of the mesh. False where a proxy has done so.
    @usableFromInline package var needsNormalization = true
    /// Whether the asking proxy has already put its own peer at the end of `x-forwarded-for`, as Envoy at a gateway has when it
    /// asks.
    @usableFromInline package var proxyHasAppendedPeer = false
    /// Whether the asking proxy passes on every header that its own policies would see. Those that an HTTP check cannot carry are
    /// unknown otherwise.
    @usableFromInline package var carriesAllHeaders = false
    /// Whether the caller can say that there is no dynamic metadata but what came along. A proxy that asks may have some that it
    /// does not send.
    @usableFromInline package var dynamicMetadataIsKnown = true
    package var dynamicMetadata = DynamicMetadata()
    /// Whether a proxy described the request in headers of its own, with those of the client beside them: tests of headers of
    /// that kind are then unknown.
    @usableFromInline package var isForwarded = false
    /// A token of a request document that was written as claims, with the answer its signature check is to give.
    @usableFromInline package var offlineToken: OfflineToken?

    package init() {}

    /// Forgets the last request and keeps the memory.
    package mutating func removeAll() {
        storage.clear()
        transport = .http
        source = Source()
        furtherPrincipals.clear()
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

    /// Adds a text of the program's own. The same of a `String` costs a look at its form.
    package mutating func append(literal text: StaticString) -> ByteSlice {
        let offset = storage.count
        text.withUTF8Buffer { bytes in unsafe storage.append(contentsOf: bytes) }
        return ByteSlice(offset: offset, count: storage.count - offset)
    }

    /// Adds the UTF-8 bytes of a text. Inlined, so that it is compiled for the kind of text that there is.
    @inlinable
    package mutating func append(_ text: some StringProtocol) -> ByteSlice {
        let offset = storage.count
        storage.append(contentsOf: text.utf8)
        return ByteSlice(offset: offset, count: storage.count - offset)
    }

    /// Adds one byte behind the last slice that was begun; for codecs that build a value piece by piece.
    @inlinable
    package mutating func append(_ byte: UInt8) {
        storage.append(byte)
    }

    /// The slice from `offset` to the end of the storage.
    @inlinable
    package func slice(from offset: Int) -> ByteSlice {
        ByteSlice(offset: offset, count: storage.count - offset)
    }

    /// Adds a header line. The name is stored in lower case, the value without blanks around it is the caller's duty.
    @inlinable
    package mutating func appendHeader(name: ByteSlice, value: ByteSlice) {
        appendHeader(HeaderField(name: name, value: value, in: storage.span))
    }

    /// Adds a header line that was looked at when it was read, in the same bytes.
    @inlinable
    package mutating func appendHeader(_ field: HeaderField) {
        foldName(of: field)
        operation.headers.append(field)
    }

    /// Puts the name of a line in lower case, for callers that store the line themselves.
    @inlinable
    package mutating func foldName(of field: HeaderField) {
        // Most names are in lower case already, and reading is cheaper than writing.
        if !field.isPlain { fold(field.name) }
    }

    @usableFromInline
    mutating func fold(_ name: ByteSlice) {
        for index in name.range { storage[index] = lowercased(storage[index]) }
    }

    /// The text of a slice, for traces and messages; bytes that are not UTF-8 are replaced.
    package func text(_ slice: ByteSlice) -> String {
        String(decoding: storage[slice.range], as: UTF8.self)
    }

    /// Whether the bytes of the slice are these. Inlined, so that a literal is compared as a few integers.
    @inlinable
    @inline(__always)
    package func slice(_ slice: ByteSlice, equals other: StaticString) -> Bool {
        let count = other.utf8CodeUnitCount
        guard Int(slice.count) == count, slice.range.upperBound <= storage.count else { return false }
        return unsafe storage.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return count == 0 }
            return unsafe ByteClass.areEqual(start + Int(slice.offset), other.utf8Start, count: count)
        }
    }
}

/// Who calls.
@usableFromInline
package struct Source: Sendable {
    /// The identity proven by mutual TLS, as the certificate says it (`spiffe://…`). Absent over plaintext.
    @usableFromInline package var principal: Attribute<ByteSlice> = .absent
    /// The direct peer of the enforcing proxy; absent where it has no IP address.
    @usableFromInline package var ip: Attribute<IPAddress> = .unknown
    /// The client behind trusted proxies. `nil` where the decision is to derive it from the headers and ``ip``.
    @usableFromInline package var remoteIP: Attribute<IPAddress>?

    package init() {}
}

/// Where the connection ends.
@usableFromInline
package struct Destination: Sendable {
    @usableFromInline package var ip: Attribute<IPAddress> = .unknown
    /// The workload's own port.
    @usableFromInline package var port: Attribute<UInt16> = .unknown
    /// The server name of the TLS client hello.
    @usableFromInline package var sni: Attribute<ByteSlice> = .absent

    package init() {}
}

/// What is called, over HTTP.
@usableFromInline
package struct Operation: Sendable {
    @usableFromInline package var method = ByteSlice.empty
    /// Whether the method may be any text, because it is no HTTP that is asked about, or HTTP/2, whose codec takes any.
    @usableFromInline package var methodIsFree = false
    /// The request target with its query, as sent; normalized once the request has been decided. Empty where there is none, as
    /// with CONNECT.
    @usableFromInline package var path = ByteSlice.empty
    @usableFromInline package var host = ByteSlice.empty
    /// Whether there is a host, if only an empty one.
    @usableFromInline package var hasHost = true
    /// Whether the caller can tell the host. Where it cannot, there is none here, and tests of it are unknown.
    @usableFromInline package var hostIsKnown = true
    /// The same of the scheme.
    @usableFromInline package var schemeIsKnown = true
    /// The path as it was before tokens were looked for and taken out of it; a challenge names it.
    @usableFromInline package var pathBeforeTokens: ByteSlice?
    /// `http` or `https`; `nil` where it is to be derived from the connection.
    @usableFromInline package var scheme: ByteSlice?
    /// Header lines in the order in which they came, names in lower case, without pseudo headers and `host`.
    @usableFromInline package var headers: [HeaderField] = []

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
        headers.clear()
    }
}

/// One header line.
@usableFromInline
package struct HeaderField: Sendable {
    /// In lower case.
    @usableFromInline package var name: ByteSlice {
        didSet {
            isPlain = false
            kind = 0
        }
    }
    @usableFromInline package var value: ByteSlice { didSet { isPlain = false } }
    /// Whether it is known to be of the kind that nearly all are: letters in lower case, digits and `-` in the name, printable
    /// ASCII in the value. Found once, where the bytes are read, and forgotten with any change.
    @usableFromInline package private(set) var isPlain: Bool
    /// What the engine makes of the name, as whoever read it found out; 0 where nobody did. Forgotten with any change of the name.
    @usableFromInline package private(set) var kind: UInt8

    @inlinable
    package init(name: ByteSlice, value: ByteSlice) {
        self.init(name: name, value: value, isPlain: false)
    }

    /// Looks at the bytes.
    @inlinable
    package init(name: ByteSlice, value: ByteSlice, in bytes: Span<UInt8>) {
        self.init(
            name: name, value: value,
            isPlain: !name.isEmpty && ByteClass.isLowercaseName(bytes, name) && ByteClass.isPrintableASCII(bytes, value)
        )
    }

    /// - Parameter isPlain: As the caller found it, by the tests of the other initializer. INVARIANT: bytes that a line names change
    ///   no more, but for ``CheckRequest/appendHeader(_:)``.
    @inlinable
    package init(name: ByteSlice, value: ByteSlice, isPlain: Bool, kind: UInt8 = 0) {
        self.name = name
        self.value = value
        self.isPlain = isPlain
        self.kind = kind
    }

    /// Keeps what the engine makes of the name, for whoever asks next.
    package mutating func keep(kind: UInt8) { self.kind = kind }

    /// The same line with less of its value.
    @inlinable
    package func trimmed(to value: ByteSlice) -> HeaderField {
        precondition(
            value.offset >= self.value.offset && value.range.upperBound <= self.value.range.upperBound,
            "no part of the value")
        return HeaderField(name: name, value: value, isPlain: isPlain, kind: kind)
    }
}

/// A token that a request document gives as claims: it stands for one that was signed correctly, or forged.
@usableFromInline
package struct OfflineToken: Sendable {
    /// The compact token that was made of the claims; its signature is a placeholder.
    @usableFromInline package var bytes: ByteSlice
    @usableFromInline package var hasValidSignature: Bool

    package init(bytes: ByteSlice, hasValidSignature: Bool) {
        self.bytes = bytes
        self.hasValidSignature = hasValidSignature
    }
}

/// The ASCII lower case of a byte.
@inlinable
package func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
}
