/// Examples of what a value of a policy is for, as a person would take it.
enum ReadValues {
    /// What fits a pattern, and what does so barely not.
    static func texts(_ value: String) -> [String] {
        if value == "*" { return ["x"] }
        if value.hasPrefix("*") { return ["x" + value.dropFirst(), value.dropFirst() + "x"] }
        if value.hasSuffix("*") { return [value.dropLast() + "x", String(value.dropLast())] }
        return [value, value + "x"]
    }

    /// One path that fits a pattern or template.
    static func plainPath(_ value: String) -> String {
        texts(value)[0].replacing("{**}", with: "x").replacing("{*}", with: "x")
    }
}
