extension SourceLocation {
    /// The place of a byte of an input.
    ///
    /// - Parameter offset: From 0; what lies behind the end is the end.
    package init(file: String, offset: Int, in bytes: [UInt8]) {
        let before = bytes.prefix(offset)
        let lineFeed = UInt8(ascii: "\n")
        let start = before.lastIndex(of: lineFeed).map { $0 + 1 } ?? 0
        self.init(
            file: file, line: 1 + before.count { $0 == lineFeed },
            column: 1 + String(decoding: before[start...], as: UTF8.self).unicodeScalars.count)
    }
}
