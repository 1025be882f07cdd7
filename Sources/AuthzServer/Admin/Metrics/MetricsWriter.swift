/// Appends metrics in the text format of Prometheus, version 0.0.4, in the order in which they are given.
///
/// The caller begins each family once and gives all its samples before the next; every sample of a family has other labels. What a
/// client can choose is never the value of a label: the number of samples must be bounded by the configuration.
package struct MetricsWriter: Sendable {
    package enum Kind: String, Sendable {
        /// Only grows; its name ends in `_total`.
        case counter
        case gauge
        /// Cumulative: samples with the suffixes `_bucket` (label `le`), `_sum` and `_count`.
        case histogram
    }

    package typealias Label = (name: StaticString, value: String)

    package private(set) var bytes: [UInt8] = []
    private var name: StaticString = ""

    package init() {}

    /// Forgets what was written and keeps the memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Begins a family.
    ///
    /// - Parameter help: One sentence without a line feed or backslash.
    package mutating func family(_ name: StaticString, _ kind: Kind, help: StaticString) {
        self.name = name
        append("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
    }

    /// A sample of the family.
    package mutating func sample(_ value: Int, suffix: StaticString = "", _ labels: [Label] = []) {
        write(value.description, suffix, labels)
    }

    /// A sample of the family.
    package mutating func sample(_ value: Double, suffix: StaticString = "", _ labels: [Label] = []) {
        let text = value.isNaN ? "NaN" : value.isInfinite ? value > 0 ? "+Inf" : "-Inf" : value.description
        write(text, suffix, labels)
    }

    private mutating func write(_ value: String, _ suffix: StaticString, _ labels: [Label]) {
        append("\(name)\(suffix)")
        for (position, label) in labels.enumerated() {
            append("\(position == 0 ? "{" : ",")\(label.name)=\"")
            for byte in label.value.utf8 { appendEscaped(byte) }
            append("\"")
        }
        append("\(labels.isEmpty ? "" : "}") \(value)\n")
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), byte]
        case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
        default: bytes.append(byte)
        }
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}
