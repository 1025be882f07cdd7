import AuthzCore
import AuthzPolicy

/// Slips in paths and hosts that are patterns of another kind, or of another form of the request.
extension Slip {
    /// `/users/[0-9]+`, which is a regular expression, and those there are none.
    static func expression(_ written: String, _ seen: String) -> Slip? {
        guard isExpression(written) else { return nil }
        var bare = written[...]
        if bare.hasPrefix("^") { bare.removeFirst() }
        if bare.hasSuffix("$") { bare.removeLast() }
        var pieces = bare.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var tail = ""
        if let last = pieces.last, [".*", ".+"].contains(last), pieces.count > 1 {
            pieces.removeLast()
            tail = "/*"
        }
        let segments = seen.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard tail.isEmpty ? pieces.count == segments.count : pieces.count < segments.count,
            zip(pieces, segments).allSatisfy({ $0 == $1 || isExpression($0) && !$1.isEmpty })
        else { return nil }
        let isOpen = pieces.contains(where: isExpression)
        // A star and `{*}` do not stand in one pattern.
        let rest = isOpen && !tail.isEmpty ? "/{**}" : tail
        let pattern = pieces.map { isExpression($0) ? "{*}" : $0 }.joined(separator: "/") + rest
        return Slip(
            "`\(written)` is compared as it is written, for there are no regular expressions in paths: `\(pattern)` is \(isOpen ? "a segment of any name" : "what is below")",
            isOfPolicy: true, meant: pattern)
    }

    /// Whether a text has signs that stand in no path as they are.
    private static func isExpression(_ text: String) -> Bool {
        text.contains { "[]()|^$\\".contains($0) } || text.contains(".*") || text.contains(".+")
            || text.hasSuffix("+") || text.contains("]{")
    }

    /// `*.example` where the host has a port.
    static func portBehindPattern(_ written: String, _ seen: String) -> Slip? {
        guard written.hasPrefix("*"), written.count > 1, let colon = seen.lastIndex(of: ":"),
            UInt16(seen[colon...].dropFirst()) != nil, seen[..<colon].hasSuffix(written.dropFirst())
        else { return nil }
        return Slip(
            "the host of the request has a port: `\(written)` is without, `\(written)\(seen[colon...])` with this one")
    }

    /// What the path would be, were it normalized by more than the mesh does.
    static func normalized(
        _ written: String, _ seen: String, _ mode: MeshSettings.PathNormalization
    ) -> Slip? {
        let modes: [MeshSettings.PathNormalization] = [.none, .base, .mergeSlashes, .decodeAndMergeSlashes]
        for other in modes.drop(while: { $0 != mode }).dropFirst() {
            var bytes = Array(seen.utf8)
            guard PathNormalizer(mode: other).normalize(&bytes) else { continue }
            let path = String(decoding: bytes, as: UTF8.self)
            guard path != seen, written == path || fits(written, path) else { continue }
            let fits = written == path ? "" : ", which `\(written)` fits"
            return Slip(
                "under `pathNormalization: \(other.rawValue)` the path would be `\(path)`\(fits); the mesh has \(mode.rawValue)"
            )
        }
        return nil
    }
}
