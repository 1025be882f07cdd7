import AuthzCore

/// What the last decision changes in the request for the upstream, as slices of the request.
extension Workspace {
    /// The first of the headers to set that no header line can hold: it must not be lost on the way, for the upstream would see less than was
    /// proven.
    func unwritableHeader(of request: borrowing CheckRequest) -> ByteSlice? {
        let bytes = request.storage.span
        for field in headersToSet where !HTTPSyntax.isText(field.value, in: bytes) { return field.name }
        return nil
    }
}

extension Workload {
    /// Names of all headers that its JWT rules may set, in lower case: where one is not set, the client's own must go.
    package var claimHeaderNames: [[UInt8]] { outputHeaders }

    /// Whether there are any.
    package var hasClaimHeaders: Bool { !outputHeaders.isEmpty }
}
