/// Other spellings of a path that a service may take for the same: what a rule for the path as it is written does not see.
enum PathSpelling {
    /// The folder of a pattern, the path with a slash behind it, with two in the place of one, in the other case, with a path parameter, a dot segment, an
    /// encoded letter or slash, with a backslash, and by way of another folder.
    ///
    /// - Parameter pattern: As written in the rule: for `/a/*`, `/a` is one of them.
    static func variants(of path: String, pattern: String) -> [String] {
        let end = path.firstIndex { $0 == "?" || $0 == "#" } ?? path.endIndex
        let (bare, rest) = (String(path[..<end]), String(path[end...]))
        var variants: [String] = []
        func add(_ changed: String) {
            guard changed != bare, !variants.contains(changed + rest) else { return }
            variants.append(changed + rest)
        }
        // Whoever forbids a folder means what it shows by itself, too.
        if pattern.hasSuffix("/*"), pattern.count > 2, !pattern.hasPrefix("*") {
            add(String(pattern.dropLast(2)))
        }
        if !bare.hasSuffix("/") { add(bare + "/") }
        add("/" + bare)
        add("/x/.." + bare)
        let segments = bare.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        for index in segments.indices.reversed() where !segments[index].isEmpty {
            func replaced(_ segment: String) -> String {
                var changed = segments
                changed[index] = segment
                return changed.joined(separator: "/")
            }
            let segment = segments[index]
            add(replaced(swappedCase(segment)))
            add(replaced(segment + ";x"))
            add(replaced("./" + segment))
            if let encoded = percentEncoded(segment) { add(replaced(encoded)) }
            if index > 1 {
                let (front, back) = (segments[..<index].joined(separator: "/"), segments[index...])
                let tail = back.joined(separator: "/")
                add("\(front)//\(tail)")
                add("\(front)%2F\(tail)")
                add("\(front)%2f\(tail)")
                add("\(front)\\\(tail)")
                add("\(front)%5C\(tail)")
            }
        }
        return variants
    }

    private static func swappedCase(_ text: String) -> String {
        let upper = text.uppercased()
        return upper == text ? text.lowercased() : upper
    }

    /// With its first letter as `%61`.
    private static func percentEncoded(_ text: String) -> String? {
        guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first | 0x20) else {
            return nil
        }
        return "%\(String(first, radix: 16))\(text.dropFirst())"
    }
}
