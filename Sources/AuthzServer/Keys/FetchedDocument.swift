/// The body of an answer with a status of success, and what its headers say about keeping it.
package struct FetchedDocument: Sendable, Hashable {
    package var body: [UInt8]
    /// In lower case names, as the last answer gave them; the values of a repeated one joined by commas.
    package var headers: [String: String]

    package init(body: [UInt8], headers: [String: String] = [:]) {
        self.body = body
        self.headers = headers
    }
}
