/// The methods that Envoy's HTTP/1 codec passes; any other is a bad request there.
enum KnownMethods {
    private static let names: [StaticString] = [
        "GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "CONNECT", "TRACE", "ACL", "BIND", "CHECKOUT",
        "COPY", "LINK", "LOCK", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL", "MOVE", "M-SEARCH", "NOTIFY",
        "PROPFIND", "PROPPATCH", "PURGE", "REBIND", "REPORT", "SEARCH", "SOURCE", "SUBSCRIBE", "UNBIND", "UNLINK",
        "UNLOCK", "UNSUBSCRIBE",
    ]

    /// Compared byte for byte: `get` is not among them.
    static func contains(_ method: Span<UInt8>) -> Bool {
        names.contains { equal($0, method) }
    }

    private static func equal(_ name: StaticString, _ method: Span<UInt8>) -> Bool {
        guard name.utf8CodeUnitCount == method.count else { return false }
        return name.withUTF8Buffer { bytes in
            for index in method.indices where bytes[index] != method[index] { return false }
            return true
        }
    }
}
