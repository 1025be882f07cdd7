/// Names decisions in answers and in the log.
enum DecisionID {
    /// 128 random bits in hexadecimal.
    static func next() -> String {
        [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)].map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
    }
}
