import AuthzCore

/// What the lines of an HTTP/1 request say about its end and about its connection (RFC 9112 §6, §9).
struct HTTP1Framing: Sendable, Equatable {
    enum Version: Sendable, Equatable { case http10, http11 }

    enum Body: Sendable, Equatable {
        case none
        case length(Int)
        case chunked
    }

    private(set) var version = Version.http11
    private(set) var body = Body.none
    /// Whether the answer must have no body: for HEAD.
    private(set) var omitsAnswerBody = false
    private var closes = false
    /// Whether the client waits for `100 Continue` before it sends the body.
    private(set) var awaitsContinue = false

    /// Whether another request may follow on the connection. None does with HTTP/1.0, whose clients read an answer to its end.
    var keepsOpen: Bool { !closes && version == .http11 }

    init() {}

    init(method: Span<UInt8>, version: Span<UInt8>) throws(RequestProblem) {
        if version.isEqual(to: "HTTP/1.1") {
            self.version = .http11
        } else if version.isEqual(to: "HTTP/1.0") {
            self.version = .http10
        } else {
            throw .malformed
        }
        omitsAnswerBody = method.isEqual(to: "HEAD")
    }

    /// Takes note of a header. Most are of no interest here, as the lengths of their names tell.
    ///
    /// - Parameter value: Without blanks around it.
    mutating func note(_ name: Span<UInt8>, _ value: Span<UInt8>) throws(RequestProblem) {
        switch name.count {
        case 6 where name.isEqual(toLowercase: "expect"):
            if version == .http11, value.isEqual(toLowercase: "100-continue") { awaitsContinue = true }
        case 7 where name.isEqual(toLowercase: "upgrade"):
            // Behind the answer, bytes would not be HTTP/1 any more; the check of such a request needs none.
            closes = true
        case 10 where name.isEqual(toLowercase: "connection"): noteConnection(value)
        case 14 where name.isEqual(toLowercase: "content-length"):
            guard body == .none else { throw .malformed }
            body = .length(try Self.length(value))
        case 17 where name.isEqual(toLowercase: "transfer-encoding"):
            guard body == .none, version == .http11, value.isEqual(toLowercase: "chunked") else {
                throw .malformed
            }
            body = .chunked
        default: break
        }
    }

    private mutating func noteConnection(_ value: Span<UInt8>) {
        var start = 0
        for index in 0...value.count where index == value.count || value[index] == UInt8(ascii: ",") {
            let element = value.extracting(start..<index)
            let option = element.extracting(rangeWithoutBlanks(element))
            if option.isEqual(toLowercase: "close") || option.isEqual(toLowercase: "upgrade") {
                closes = true
            }
            start = index + 1
        }
    }

    /// Decimal digits and nothing else; what is beyond all limits is too large rather than malformed.
    private static func length(_ digits: Span<UInt8>) throws(RequestProblem) -> Int {
        guard digits.count > 0 else { throw .malformed }
        var count = 0
        for index in digits.indices {
            let digit = Int(digits[index]) - 0x30
            guard (0...9).contains(digit) else { throw .malformed }
            count = min(count * 10 + digit, 1 << 48)
        }
        return count
    }

    /// The size of a chunk: one to eight hexadecimal digits and nothing else.
    static func chunkSize(_ digits: Span<UInt8>) throws(RequestProblem) -> Int {
        guard (1...8).contains(digits.count) else { throw .malformed }
        var size = 0
        for index in digits.indices {
            guard let digit = hexadecimalValue(digits[index]) else { throw .malformed }
            size = size << 4 | Int(digit)
        }
        return size
    }
}

extension Span<UInt8> {
    /// - Parameter text: In lower case.
    fileprivate func isEqual(toLowercase text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for index in indices where lowercased(self[index]) != text[index] { return false }
            return true
        }
    }
}
