import AuthzCore

/// Slips in the paths of gRPC calls.
extension Slip {
    /// `/Cart/Get` for `/shop.Cart/Get`.
    static func call(
        _ written: String, _ seen: String, of attribute: Program.Attribute, _ request: borrowing CheckRequest,
        _ facts: Facts
    ) -> Slip? {
        // What is called is posted (gRPC over HTTP/2).
        guard attribute == .path, let method = facts.method.value, request.text(method) == "POST" else { return nil }
        return call(written, seen)
    }

    /// `Get` among `methods`, for `/shop.Cart/Get`.
    static func callInMethods(
        _ written: String, of attribute: Program.Attribute, _ request: borrowing CheckRequest, _ facts: Facts
    ) -> Slip? {
        guard attribute == .method, let method = facts.method.value, request.text(method) == "POST",
            let path = facts.path.value.map({ request.text($0) }), !HTTPSyntax.methods.contains(written)
        else { return nil }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count == 3, segments[0].isEmpty, segments[1].contains("."), segments[2] == written else {
            return nil
        }
        var slip = Slip(
            "`\(written)` is a method of gRPC, and every call of gRPC is a `POST`: write `paths: [\"\(path)\"]` in the place of `methods`",
            isOfPolicy: true)
        slip.isElsewhere = true
        return slip
    }

    static func call(_ written: String, _ seen: String) -> Slip? {
        let pieces = written.split(separator: "/", omittingEmptySubsequences: false)
        let segments = seen.split(separator: "/", omittingEmptySubsequences: false)
        guard pieces.count == 3, segments.count == 3, pieces[0].isEmpty, segments[0].isEmpty,
            let dot = segments[1].lastIndex(of: "."), dot > segments[1].startIndex
        else { return nil }
        let (service, package) = (segments[1][dot...].dropFirst(), segments[1][..<dot])
        let isName = segments[1].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._".contains($0)) }
        let meant = "/\(segments[1])/\(pieces[2])"
        guard isName, !service.isEmpty, pieces[1] == service, fits(meant, seen) else { return nil }
        var slip = Slip(
            "gRPC paths are `/package.Service/Method`, and the package of `\(service)` is `\(package)`", meant: meant)
        slip.beginning = ("/\(service)/", "/\(segments[1])/")
        return slip
    }
}
