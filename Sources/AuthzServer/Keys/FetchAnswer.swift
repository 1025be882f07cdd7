/// What a fetch brought.
package enum FetchAnswer: Sendable, Hashable {
    case document(FetchedDocument)
    /// The answer 304 to a conditional request: what was fetched before is still right. Its headers say how long.
    case notModified(headers: [String: String])
}
