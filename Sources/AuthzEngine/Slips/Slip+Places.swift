import AuthzCore
import AuthzPolicy

/// Slips in paths and hosts that are patterns of another kind, or of another form of the request.
extension Slip {
    /// `/users/[0-9]+`, which is a regular expression, and those there are none; `nil` where what it stands for does not fit, either.
    static func expression(_ written: String, _ seen: String) -> Slip? {
        guard MeantPath.isForeign(written),
            let pattern = MeantPath.patterns(for: written).first(where: { pattern in
                pattern.contains("{") ? fits(template: pattern, seen) : fits(pattern, seen) || pattern == "*"
            })
        else { return nil }
        let kind =
            pattern.contains("{*}") ? "a segment of any name" : pattern.hasSuffix("*") ? "what begins so" : "that path"
        return Slip(
            "`\(written)` is compared as it is written, for there are no regular expressions in paths: `\(pattern)` is \(kind)",
            isOfPolicy: true, meant: pattern)
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
