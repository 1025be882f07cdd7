/// What Kubernetes would take for names and labels. A caller may spell out whatever it likes, and a workload that cannot be has no
/// policies, which would allow everything.
extension WorkloadDescription {
    /// No pod has as many.
    private static let maximumLabels = 128

    /// Whether there can be such a workload: its namespace is a DNS label, its other names and its labels are no longer than
    /// Kubernetes takes them and of the characters that it takes.
    package var isPossible: Bool {
        Self.isNamespace(namespace) && labels.count <= Self.maximumLabels
            && labels.allSatisfy { Self.isLabelKey($0.key) && Self.isLabelValue($0.value) }
            && [name, serviceAccount, service?.name, service?.namespace].allSatisfy { $0.map(Self.isName) ?? true }
    }

    /// How much memory its texts take.
    var textBytes: Int {
        labels.reduce(namespace.utf8.count) { $0 + $1.key.utf8.count + $1.value.utf8.count }
            + [name, serviceAccount, service?.name, service?.namespace].reduce(0) { $0 + ($1?.utf8.count ?? 0) }
    }

    /// A DNS label (RFC 1123 §2.1).
    private static func isNamespace(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...63).contains(bytes.count), bytes.first != hyphen, bytes.last != hyphen else { return false }
        return bytes.allSatisfy { isLowerOrDigit($0) || $0 == hyphen }
    }

    /// A DNS name, roughly: what could make two names look like one is not in it.
    private static func isName(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { isLowerOrDigit($0) || $0 == hyphen || $0 == UInt8(ascii: ".") }
    }

    /// A name of at most 63 characters, behind a prefix of at most 253 and a slash or not.
    private static func isLabelKey(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last, (1...63).contains(name.count), name.allSatisfy(isLabelByte)
        else {
            return false
        }
        return parts.count == 1 || (1...253).contains(parts[0].count) && parts[0].allSatisfy(isLabelByte)
    }

    private static func isLabelValue(_ text: String) -> Bool {
        text.utf8.count <= 63 && text.utf8.allSatisfy(isLabelByte)
    }

    private static let hyphen = UInt8(ascii: "-")

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        isLowerOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == hyphen
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }
}
