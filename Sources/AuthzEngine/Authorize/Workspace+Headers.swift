package import AuthzCore

/// What the last decision changes in the request for the upstream, as slices of the request.
extension Workspace {
    /// Headers that verified tokens set. A name may occur more than once.
    package var headersToSet: [HeaderField] { setHeaders }

    /// The first of them that no header line can hold: it must not be lost on the way, for the upstream would see less than was
    /// proven.
    func unwritableHeader(of request: borrowing CheckRequest) -> ByteSlice? {
        let bytes = request.storage.span
        for field in setHeaders where !HTTPSyntax.isText(field.value, in: bytes) { return field.name }
        return nil
    }

    /// Names of the headers that go away, those of tokens that are not passed on. A name may occur more than once.
    package var headersToRemove: [ByteSlice] { removedHeaders }
}

extension Workload {
    /// Names of all headers that its JWT rules may set, in lower case: where one is not set, the client's own must go.
    package var claimHeaderNames: [[UInt8]] { outputHeaders }
}
