/// Who calls in these tests, and with which of the example tokens.
enum Example {
    static let frontend = "spiffe://cluster.local/ns/production/sa/frontend"
    static let stranger = "spiffe://cluster.local/ns/legacy/sa/frontend"

    /// A token of `alice`, who is staff; valid until 2100.
    static let alice: String = token("alice")
    /// A token of `olga`, who is ops; valid until 2100.
    static let olga: String = token("olga")
    /// The claims of Olga under the signature of Alice's token.
    static let forged: String = {
        let parts = alice.split(separator: ".")
        return "\(parts[0]).\(olga.split(separator: ".")[1]).\(parts[2])"
    }()

    private static func token(_ name: String) -> String {
        do {
            return try Repository.text(of: "examples/tokens/\(name).jwt").filter { !$0.isWhitespace }
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
