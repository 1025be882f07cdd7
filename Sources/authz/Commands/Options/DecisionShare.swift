/// How many of the allowing decisions are logged: a decimal number from 0 to 1.
struct DecisionShare: Sendable, Equatable {
    let value: Double

    /// - Returns: `nil` for any other text.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }), let value = Double(text),
            (0...1).contains(value)
        else { return nil }
        self.value = value
    }
}
