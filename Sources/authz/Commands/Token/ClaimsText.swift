import AuthzCore

/// The claims of a token, one a line; times also as dates. What they hold cannot steer a terminal.
enum ClaimsText {
    static func lines(_ claims: borrowing JSONTape, now: Int64) -> [String] {
        guard !claims.isEmpty else { return [] }
        var rows: [(name: String, value: String)] = []
        for key in claims.elements(of: claims.root) {
            let name = claims.string(at: key)
            var json = JSONWriter()
            json.value(claims, at: key + 1)
            var value = json.text.escapingControls
            if TokenTime.claims.contains(name), let time = TokenTime(claim: name, in: claims, now: now) {
                value += "  \(time.text)"
            }
            rows.append((name.quotedIfOdd, value))
        }
        let width = rows.map(\.name.count).max() ?? 0
        return rows.map { "  \($0.name.padded(to: width))  \($0.value)" }
    }
}

extension String {
    /// The name of a claim as it is shown: plain where it could not be mistaken, else as JSON.
    fileprivate var quotedIfOdd: String {
        if !isEmpty, utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) { return self }
        var json = JSONWriter()
        json.string(self)
        return json.text.escapingControls
    }
}
