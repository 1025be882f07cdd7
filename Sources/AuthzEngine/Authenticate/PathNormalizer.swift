import AuthzCore
import AuthzPolicy

/// What a proxy makes of a request target before any policy sees it (AuthorizationPolicy dossier 7.1, 7.2). Each step is one
/// pass; the query is never touched.
struct PathNormalizer {
    let mode: MeshSettings.PathNormalization

    /// Normalizes the path in place.
    ///
    /// - Returns: Whether it could be; a path with `%00` cannot, and the proxy answers 400.
    func normalize(_ path: inout [UInt8]) -> Bool {
        if let fragment = path.firstIndex(of: UInt8(ascii: "#")) { path.removeSubrange(fragment...) }
        guard mode != .none, Self.mayChange(path, merges: mode != .base) else { return true }
        let query = path.firstIndex(of: UInt8(ascii: "?")) ?? path.count
        var part = Array(path[..<query])
        if mode == .decodeAndMergeSlashes { part = Self.decodingSlashes(part) }
        part = Self.strippingDotSegmentParameters(part)
        guard var canonical = Self.canonical(part) else { return false }
        if mode != .base { canonical = Self.mergingSlashes(canonical) }
        path.replaceSubrange(..<query, with: canonical)
        return true
    }

    /// Whether the path holds a byte that a step looks for; most have none.
    private static func mayChange(_ path: [UInt8], merges: Bool) -> Bool {
        var previous: UInt8 = 0
        for byte in path {
            switch byte {
            case UInt8(ascii: "?"): return false
            case UInt8(ascii: "."): if previous == UInt8(ascii: "/") { return true }
            case UInt8(ascii: "/"): if merges && previous == UInt8(ascii: "/") { return true }
            case UInt8(ascii: "%"), UInt8(ascii: "\\"): return true
            default: if needsEscape(byte) { return true }
            }
            previous = byte
        }
        return path.first != UInt8(ascii: "/")
    }

    /// `%2F`, `%2f`, `%5C` and `%5c` to the slashes they stand for.
    private static func decodingSlashes(_ path: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(path.count)
        var index = 0
        while index < path.count {
            if let byte = escapedByte(in: path, at: index), byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") {
                output.append(byte)
                index += 3
            } else {
                output.append(path[index])
                index += 1
            }
        }
        return output
    }

    /// A segment that begins with `..;` or `.;` becomes `..` or `.`, as the bytes were sent.
    private static func strippingDotSegmentParameters(_ path: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(path.count)
        var index = 0
        while index < path.count {
            var end = index
            while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
            let segment = path[index..<end]
            if segment.starts(with: "..;".utf8) {
                output.append(contentsOf: "..".utf8)
            } else if segment.starts(with: ".;".utf8) {
                output.append(UInt8(ascii: "."))
            } else {
                output.append(contentsOf: segment)
            }
            if end < path.count { output.append(UInt8(ascii: "/")) }
            index = end + 1
        }
        return output
    }

    /// The single pass over the bytes: backslashes, escapes and dot segments. `nil` where it fails.
    private static func canonical(_ path: [UInt8]) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(path.count)
        if path.first != UInt8(ascii: "/") && path.first != UInt8(ascii: "\\") { output.append(UInt8(ascii: "/")) }
        /// Where a `%` that begins no escape was written last.
        var stray: Int?
        var index = 0
        while index < path.count {
            if let length = dotLength(in: path, at: index) {
                index += length
                guard output.last == UInt8(ascii: "/") else {
                    output.append(UInt8(ascii: "."))
                    continue
                }
                switch segment(in: path, afterDot: index) {
                case .name: output.append(UInt8(ascii: "."))
                case .current(let consumed): index += consumed
                case .parent(let consumed):
                    index += consumed
                    removeLastSegment(of: &output)
                }
                continue
            }
            let byte = path[index]
            if byte == UInt8(ascii: "%"), let decoded = escapedByte(in: path, at: index) {
                if decoded == 0 { return nil }
                index += 3
                if isUnreserved(decoded) {
                    output.append(decoded)
                    escapeStrayPercent(stray, in: &output, before: index < path.count ? path[index] : nil)
                } else {
                    output.append(contentsOf: path[index - 3..<index])
                }
                continue
            }
            index += 1
            if byte == UInt8(ascii: "\\") {
                output.append(UInt8(ascii: "/"))
            } else if byte == UInt8(ascii: "%") {
                stray = output.count
                output.append(byte)
            } else if needsEscape(byte) {
                output.append(UInt8(ascii: "%"))
                output.append(hexadecimalDigit(byte >> 4))
                output.append(hexadecimalDigit(byte & 15))
            } else {
                output.append(byte)
            }
        }
        return output
    }

    /// Runs of slashes to one; but of a path with nothing else two remain, the first and the last.
    private static func mergingSlashes(_ path: [UInt8]) -> [UInt8] {
        if path.count > 1, path.allSatisfy({ $0 == UInt8(ascii: "/") }) { return Array("//".utf8) }
        var output: [UInt8] = []
        output.reserveCapacity(path.count)
        for byte in path where byte != UInt8(ascii: "/") || output.last != byte { output.append(byte) }
        return output
    }

    // MARK: Dot segments

    private enum Segment {
        case name
        case current(consumed: Int)
        case parent(consumed: Int)
    }

    /// The length of a dot written as itself or as `%2e`.
    private static func dotLength(in path: [UInt8], at index: Int) -> Int? {
        if index < path.count, path[index] == UInt8(ascii: ".") { return 1 }
        return escapedByte(in: path, at: index) == UInt8(ascii: ".") ? 3 : nil
    }

    private static func isSlash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }

    private static func segment(in path: [UInt8], afterDot index: Int) -> Segment {
        if index == path.count { return .current(consumed: 0) }
        if isSlash(path[index]) { return .current(consumed: 1) }
        guard let second = dotLength(in: path, at: index) else { return .name }
        let end = index + second
        if end == path.count { return .parent(consumed: second) }
        return isSlash(path[end]) ? .parent(consumed: second + 1) : .name
    }

    /// Removes the segment before the last slash; the first slash stays.
    private static func removeLastSegment(of output: inout [UInt8]) {
        guard output.count > 1 else { return }
        output.removeLast()
        while let last = output.last, last != UInt8(ascii: "/") { output.removeLast() }
    }

    // MARK: Escapes

    /// The byte that `%XX` at the index stands for.
    private static func escapedByte(in path: [UInt8], at index: Int) -> UInt8? {
        guard index + 2 < path.count, path[index] == UInt8(ascii: "%"), let high = hexadecimalValue(path[index + 1]),
            let low = hexadecimalValue(path[index + 2])
        else { return nil }
        return high << 4 | low
    }

    /// Writes a stray `%` as `%25` where the byte that was just decoded would make an escape of it.
    private static func escapeStrayPercent(_ stray: Int?, in output: inout [UInt8], before next: UInt8?) {
        guard let stray, stray + 3 >= output.count else { return }
        let decoded = output.count - 1
        let isEscape =
            stray == decoded - 1
            ? hexadecimalValue(output[decoded]) != nil && next.flatMap(hexadecimalValue) != nil
            : hexadecimalValue(output[stray + 1]) != nil && hexadecimalValue(output[decoded]) != nil
        if isEscape { output.insert(contentsOf: "25".utf8, at: stray + 1) }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Raw bytes that come out as `%XX`.
    private static func needsEscape(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7f...0xff, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "^"),
            UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"):
            true
        default: false
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
