import AuthzCore
import AuthzPolicy

/// Slips in hosts and paths that are patterns of another kind.
extension Slip {
    /// `/navi.*` for `/navi/via`: a beginning as it is written, and what is meant by it as a regular expression.
    static func dotted(_ written: String, _ seen: String) -> Slip? {
        guard let stem = MeantPath.dottedStem(of: written), seen == stem || seen.hasPrefix(stem + "/") else {
            return nil
        }
        return Slip(
            "`\(written)` is what begins with `\(stem).`, for there are no regular expressions in paths: `\(stem)*` is what begins with `\(stem)`, `\(stem)/*` what is below it"
        )
    }

    /// `.*\\.example\\.com` and `.example.com`; `nil` where what they stand for does not fit, either.
    static func pattern(_ written: String, _ seen: String) -> Slip? {
        guard let pattern = MeantHost.patterns(for: written).first(where: { $0 == "*" || fits($0, seen) }) else {
            return nil
        }
        let why =
            written.hasPrefix(".") && !written.hasPrefix(".*")
            ? "a dot in front is no pattern" : "there are no regular expressions in hosts"
        let kind =
            pattern == "*"
            ? "any host"
            : pattern.hasPrefix("*") ? "what ends so" : pattern.hasSuffix("*") ? "what begins so" : "that host"
        var slip = Slip(
            "`\(written)` is compared as it is written, for \(why): `\(pattern)` is \(kind)", isOfPolicy: true,
            meant: pattern)
        slip.isPattern = true
        return slip
    }
}
