import AuthzCore

/// A token that was found at one of a rule's locations. Its bytes lie in the storage of the request.
struct TokenCandidate: Sendable {
    enum Place: Sendable {
        /// Index of the rule's header locations.
        case header(Int)
        /// Index of the rule's parameters.
        case param(Int)
        case cookie
    }

    var token: ByteSlice
    var place: Place
}

/// A name and value of a query, percent-decoded. Its bytes lie in the storage of the request.
struct QueryParameter: Sendable {
    var name: ByteSlice
    var value: ByteSlice
    /// Its place in the query, from 0.
    var position: Int
}
