import AuthzCore

/// Slips that take more than the two texts to see: patterns fit more than what is written, and Services have ports of their own.
extension Slip {
    /// The port of a Service where that of the workload is compared.
    static func port(_ written: String, _ seen: String, _ servicePorts: [UInt16: UInt16]) -> Slip? {
        if let target = UInt16(written).flatMap({ servicePorts[$0] }), "\(target)" == seen {
            return Slip(
                "`\(written)` is the port of the Service, and the workload listens on `\(seen)`", isOfPolicy: true,
                meant: seen)
        }
        guard let target = UInt16(seen).flatMap({ servicePorts[$0] }), "\(target)" == written else { return nil }
        return Slip("`\(seen)` of the request is the port of the Service, and the workload listens on `\(written)`")
    }

    /// Two texts of which one is likely to be the other, misspelled.
    static func letter(_ written: String, _ seen: String) -> Slip? {
        guard !written.contains("*"), !seen.contains("*"), NameSuggestion.isSlip(written, of: seen),
            let how = difference(written, seen: seen)
        else { return nil }
        return Slip("`\(seen)` is not `\(written)`: \(how)", meant: seen, words: (written, seen))
    }

    /// `/oders/*` for `/orders/5`: what is written would fit but for one word.
    static func letter(_ written: String, _ seen: String, between separator: Character) -> Slip? {
        let pieces = written.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        let parts = seen.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        let shift = written.hasPrefix("*") ? parts.count - pieces.count : 0
        let isPlain = { (text: String) in !text.contains { "*{}".contains($0) } }
        for (index, piece) in pieces.enumerated() where parts.indices.contains(index + shift) {
            let part = parts[index + shift]
            guard isPlain(piece), isPlain(part), !piece.isEmpty, !part.isEmpty, NameSuggestion.isSlip(piece, of: part)
            else { continue }
            var mended = pieces
            mended[index] = part
            let text = mended.joined(separator: String(separator))
            guard text.contains("{") ? fits(template: text, seen) : fits(text, seen) else { continue }
            return Slip("with `\(part)` for `\(piece)`, `\(written)` would fit", meant: text, words: (piece, part))
        }
        return nil
    }

    /// `/orders/{*}/items`, which a path misses by its end or by the case of letters.
    static func template(_ written: String, _ seen: String) -> Slip? {
        guard written.contains("{*}") || written.contains("{**}") else { return nil }
        let other = seen.hasSuffix("/") ? String(seen.dropLast()) : seen + "/"
        if fits(template: written, other) { return Slip("`\(seen)` is not `\(written)`: a `/` at the end counts") }
        guard fits(template: written.lowercased(), seen.lowercased()) else { return nil }
        return Slip("`\(seen)` is not `\(written)`: paths are case-sensitive")
    }

    static func fits(template: String, _ path: String) -> Bool {
        let split = { (text: String) in text.split(separator: "/", omittingEmptySubsequences: false)[...] }
        return fits(split(template), split(path))
    }

    private static func fits(_ pieces: ArraySlice<Substring>, _ segments: ArraySlice<Substring>) -> Bool {
        guard let piece = pieces.first else { return segments.isEmpty }
        // It stands once, and only literal text behind it, so that no more than the lengths have to be tried.
        if piece == "{**}" {
            return (0...segments.count).contains { fits(pieces.dropFirst(), segments.dropFirst($0)) }
        }
        guard let segment = segments.first, piece == "{*}" ? !segment.isEmpty : piece == segment else { return false }
        return fits(pieces.dropFirst(), segments.dropFirst())
    }

    /// `cart.shop.` and `cart.shop`.
    static func dot(_ written: String, _ seen: String) -> Slip? {
        guard withoutDot(written) == withoutDot(seen) else { return nil }
        return Slip("`\(seen)` is not `\(written)`: a dot at the end of a host counts")
    }

    /// The host without the dot at its end, which may stand before a port.
    private static func withoutDot(_ host: String) -> String {
        let name = host.prefix { $0 != ":" }
        return name.hasSuffix(".") ? String(name.dropLast()) + host.dropFirst(name.count) : host
    }

    /// `https://idp.example/*`, which reads as if it fitted `https://idp.example/realms/shop/alice`: Istio splits a principal at its
    /// last `/` and compares the issuer as a whole.
    static func splitPrincipal(_ written: String, _ seen: String) -> Slip? {
        guard written.hasSuffix("*"), let slash = written.lastIndex(of: "/"), let end = seen.lastIndex(of: "/"),
            seen.lowercased().hasPrefix(written.dropLast().lowercased())
        else { return nil }
        let (wanted, issuer) = (written[..<slash], seen[..<end])
        guard wanted != issuer, wanted.lowercased() != issuer.lowercased() else { return nil }
        let subject = written[slash...].dropFirst().dropLast()
        let asked = subject.isEmpty ? "any subject" : "a subject that begins with `\(subject)`"
        return Slip(
            "`\(written)` is split at its last `/`: it asks for \(asked) of the issuer `\(wanted)` as a whole, and the issuer of the token is `\(issuer)`"
        )
    }
}
