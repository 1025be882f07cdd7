import AuthzCore

/// The namespace and service account in `spiffe://TRUST DOMAIN/ns/NAMESPACE/sa/ACCOUNT`. Slices of the request.
struct ServiceAccountName {
    let namespace: ByteSlice
    let serviceAccount: ByteSlice

    /// `nil` for any other text: only a SPIFFE ID of this form chooses a workload.
    init?(_ principal: ByteSlice, in request: borrowing CheckRequest) {
        let scheme: StaticString = "spiffe://"
        let length = scheme.utf8CodeUnitCount
        guard principal.count > length, request.slice(principal.prefix(length), equals: scheme) else { return nil }
        var starts = InlineArray<5, Int>(repeating: 0)
        starts[0] = principal.range.lowerBound + length
        var count = 1
        for index in starts[0]..<principal.range.upperBound where request.storage[index] == UInt8(ascii: "/") {
            guard count < 5 else { return nil }
            starts[count] = index + 1
            count += 1
        }
        guard count == 5 else { return nil }
        let part = { (number: Int) in
            let end = number == 4 ? principal.range.upperBound : starts[number + 1] - 1
            return ByteSlice(offset: starts[number], count: end - starts[number])
        }
        namespace = part(2)
        serviceAccount = part(4)
        guard request.slice(part(1), equals: "ns"), request.slice(part(3), equals: "sa"), !part(0).isEmpty,
            !namespace.isEmpty, !serviceAccount.isEmpty
        else { return nil }
    }
}
