import AuthzCore
import NIOCore

/// Writes an answer as an HTTP/1.1 message (RFC 9112). Bodies always have a length.
enum HTTP1AnswerWriter {
    /// - Parameter omitsBody: For an answer to HEAD: its length stands, the body does not follow.
    static func write(
        _ answer: borrowing Answer, to buffer: inout ByteBuffer, omitsBody: Bool, closesConnection: Bool
    ) {
        // What nearly all checks are answered with, in one piece.
        if answer.status == 200, answer.contentType == nil, answer.headers.isEmpty, answer.body.isEmpty,
            !closesConnection
        {
            buffer.writeStaticString("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            return
        }
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeDecimal(answer.status)
        buffer.writeStaticString(" ")
        buffer.writeStaticString(phrase(for: answer.status))
        buffer.writeStaticString("\r\n")
        if let type = answer.contentType {
            buffer.writeStaticString("content-type: ")
            buffer.writeStaticString(type.value)
            buffer.writeStaticString("\r\n")
        }
        for field in answer.headers {
            buffer.writeBytes(answer.bytes[field.name.range])
            buffer.writeStaticString(": ")
            buffer.writeBytes(answer.bytes[field.value.range])
            buffer.writeStaticString("\r\n")
        }
        if closesConnection { buffer.writeStaticString("connection: close\r\n") }
        buffer.writeStaticString("content-length: ")
        buffer.writeDecimal(Int(answer.body.count))
        buffer.writeStaticString("\r\n\r\n")
        if !omitsBody { buffer.writeBytes(answer.bytes[answer.body.range]) }
    }

    private static func phrase(for status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: "Status"
        }
    }
}

extension ByteBuffer {
    /// Writes a number that is not negative, without a string.
    fileprivate mutating func writeDecimal(_ number: Int) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            writeInteger(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
