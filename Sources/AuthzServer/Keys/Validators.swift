/// What an answer gave to ask with the next time whether it has changed (RFC 9110 §8.8).
package struct Validators: Sendable, Hashable {
    /// `ETag`, quotes included.
    package var entityTag: String?
    /// `Last-Modified`, as it was sent.
    package var lastModified: String?

    /// Longer ones are not kept.
    private static let maximumBytes = 1024

    /// - Parameter headers: Names in lower case.
    package init(of headers: [String: String]) {
        entityTag = headers["etag"].flatMap(Self.sendable)
        lastModified = headers["last-modified"].flatMap(Self.sendable)
    }

    package var isEmpty: Bool { entityTag == nil && lastModified == nil }

    /// The header lines of a conditional request (RFC 9110 §13.1).
    var headerLines: [String] {
        [entityTag.map { "If-None-Match: \($0)" }, lastModified.map { "If-Modified-Since: \($0)" }].compactMap(\.self)
    }

    /// What a server sent is sent back only if it is visible text: nothing in it can begin another header.
    private static func sendable(_ text: String) -> String? {
        let isVisible = text.utf8.allSatisfy { (0x20...0x7e).contains($0) }
        return !text.isEmpty && text.utf8.count <= maximumBytes && isVisible ? text : nil
    }
}
