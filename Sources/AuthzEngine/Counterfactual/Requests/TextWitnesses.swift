/// Texts that tell some patterns apart: readable ones first, then one for each combination of patterns that is left.
struct TextWitnesses: Sendable {
    private(set) var texts: [String] = []
    private(set) var isComplete = true

    /// - Parameters:
    ///   - filler: Stands where a pattern leaves text open.
    ///   - base: Texts like it go first.
    ///   - shape: What a text has to look like to be found by the walk.
    ///   - plain: A text of that shape that no pattern has to fit.
    init(_ globs: [Glob], filler: String, base: String?, shape: Glob? = nil, plain: String? = nil) {
        let used = Set(globs.flatMap(\.literals).joined())
        let letters = (filler + "xyzqwvkjXYZQ0123456789").utf8
        let fresh = letters.first { !used.contains($0) } ?? UInt8(ascii: "x")
        let any = [fresh]
        var readable: [String] = []
        let tail = base.flatMap { $0.split(separator: "?", omittingEmptySubsequences: false).first }
            .flatMap { $0.split(separator: "/").last }.map { Array($0.utf8) }.flatMap { $0.isEmpty ? nil : $0 }
        for glob in globs {
            if let tail { readable.append(String(decoding: glob.text(any: tail, segment: tail), as: UTF8.self)) }
            readable.append(String(decoding: glob.text(any: any, segment: any), as: UTF8.self))
            readable.append(String(decoding: glob.text(any: [], segment: any), as: UTF8.self))
        }
        if let plain { readable.append(plain) }
        // Nothing is like a base that says nothing.
        if let base, base.utf8.count > 1 {
            let ranked = readable.map { (text: $0, likeness: Self.likeness($0, base)) }
            readable = ranked.sorted { $0.likeness > $1.likeness }.map(\.text)
        }
        let walk = GlobExplorer(globs, within: shape, fresh: fresh).texts()
        isComplete = walk.isComplete
        var seen: Set<String> = []
        for text in readable + walk.found.map({ String(decoding: $0, as: UTF8.self) })
        where seen.insert(text).inserted && !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
            texts.append(text)
        }
    }

    /// How many bytes two texts share at their ends.
    private static func likeness(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        let front = zip(left, right).prefix { $0 == $1 }.count
        let back = zip(left.dropFirst(front).reversed(), right.dropFirst(front).reversed()).prefix { $0 == $1 }.count
        return 2 * (front + back) - left.count
    }
}
