/// Headers of an answer over HTTP that a claim must not set: they frame the message, are of the connection, or tell the proxy what
/// to do with the request. Over gRPC they are no headers of the answer, and the proxy does with them what it would by itself.
enum ReservedHeaders {
    private static let names: [StaticString] = [
        "connection", "content-length", "content-type", "date", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "x-envoy-auth-headers-to-remove",
    ]

    /// - Parameter name: In lower case.
    static func include(_ name: ArraySlice<UInt8>) -> Bool {
        names.contains { reserved in
            reserved.utf8CodeUnitCount == name.count && reserved.withUTF8Buffer { $0.elementsEqual(name) }
        }
    }
}
