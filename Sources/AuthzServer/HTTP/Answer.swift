package import AuthzCore

/// What goes back to the caller, whatever codec writes it. Used again for the next request of its event loop.
package struct Answer: Sendable {
    package enum ContentType: Sendable {
        case text, json
        /// The text format of Prometheus.
        case metrics

        package var value: StaticString {
            switch self {
            case .text: "text/plain"
            case .json: "application/json"
            case .metrics: "text/plain; version=0.0.4; charset=utf-8"
            }
        }
    }

    package private(set) var status = 500
    /// `nil` where there is no body.
    package private(set) var contentType: ContentType?
    /// Names in lower case; without those that frame the message.
    package private(set) var headers: [HeaderField] = []
    /// A slice of ``bytes``.
    package private(set) var body = ByteSlice.empty
    /// What the slices name.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Starts over with a status and no headers, no body.
    package mutating func begin(status: Int) {
        self.status = status
        contentType = nil
        headers.clear()
        body = .empty
        bytes.clear()
    }

    /// Starts over with a short text.
    package mutating func begin(status: Int, text: StaticString) {
        begin(status: status)
        setBody(.text) { bytes in text.withUTF8Buffer { bytes.append(contentsOf: $0) } }
    }

    /// Adds a header.
    ///
    /// - Parameter value: Appends the value.
    /// - Returns: `false`, and then there is no header, for a value with a control character: it would end the line.
    package mutating func addHeader(_ name: StaticString, _ value: (inout [UInt8]) -> Void) -> Bool {
        addHeader({ bytes in name.withUTF8Buffer { bytes.append(contentsOf: $0) } }, value)
    }

    /// Adds a header whose name is not known to the program. The same rules hold for the name.
    package mutating func addHeader(_ name: (inout [UInt8]) -> Void, _ value: (inout [UInt8]) -> Void) -> Bool {
        let nameSlice = append(name)
        let valueSlice = append(value)
        guard Self.isHeader(name: bytes[nameSlice.range], value: bytes[valueSlice.range]) else { return false }
        headers.append(HeaderField(name: nameSlice, value: valueSlice))
        return true
    }

    /// Whether a line can hold both.
    static func isHeader(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) -> Bool {
        !name.isEmpty && name.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != 0x3a }
            && value.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }

    /// Sets the body.
    package mutating func setBody(_ type: ContentType, _ fill: (inout [UInt8]) -> Void) {
        contentType = type
        body = append(fill)
    }

    private mutating func append(_ fill: (inout [UInt8]) -> Void) -> ByteSlice {
        let offset = bytes.count
        fill(&bytes)
        return ByteSlice(offset: offset, count: bytes.count - offset)
    }
}
