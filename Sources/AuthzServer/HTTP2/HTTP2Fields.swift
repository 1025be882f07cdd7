import AuthzCore
import CNGHTTP2

/// Header lists of answers, in the form that nghttp2 takes.
enum HTTP2Fields {
    /// Of a call. Its texts are part of the program, so that nothing is copied.
    nonisolated(unsafe) static let callHead = [
        nghttp2_nv(":status", "200"), nghttp2_nv("content-type", "application/grpc"),
    ]
    nonisolated(unsafe) static let okTrailers = [nghttp2_nv("grpc-status", "0")]

    /// How a call ended.
    static func trailers(_ status: GRPCStatus, _ message: StaticString) -> [nghttp2_nv] {
        if status == .ok { return okTrailers }
        return [nghttp2_nv("grpc-status", status.text), nghttp2_nv("grpc-message", message)]
    }

    /// Makes the list of an answer; it lives as long as the call.
    static func withFields(
        of answer: borrowing Answer, _ body: (UnsafeBufferPointer<nghttp2_nv>) -> Void
    ) {
        var numbers: [UInt8] = []
        numbers.append(contentsOf: String(answer.status).utf8)
        let statusCount = numbers.count
        numbers.append(contentsOf: String(answer.body.count).utf8)
        let type = answer.contentType
        let headers = answer.headers
        numbers.withUnsafeBufferPointer { numbers in
            answer.bytes.withUnsafeBufferPointer { bytes in
                var fields: [nghttp2_nv] = []
                fields.reserveCapacity(headers.count + 3)
                fields.append(nghttp2_nv(":status", UnsafeBufferPointer(rebasing: numbers[..<statusCount])))
                if let type { fields.append(nghttp2_nv("content-type", type.value)) }
                for field in headers {
                    fields.append(
                        nghttp2_nv(
                            UnsafeBufferPointer(rebasing: bytes[field.name.range]),
                            UnsafeBufferPointer(rebasing: bytes[field.value.range])))
                }
                fields.append(nghttp2_nv("content-length", UnsafeBufferPointer(rebasing: numbers[statusCount...])))
                fields.withUnsafeBufferPointer(body)
            }
        }
    }
}

extension nghttp2_nv {
    private static let isStaticName = UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue)
    private static let isStaticValue = UInt8(NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue)

    init(_ name: StaticString, _ value: StaticString) {
        self.init(
            name: UnsafeMutablePointer(mutating: name.utf8Start),
            value: UnsafeMutablePointer(mutating: value.utf8Start),
            namelen: name.utf8CodeUnitCount, valuelen: value.utf8CodeUnitCount,
            flags: Self.isStaticName | Self.isStaticValue)
    }

    /// nghttp2 reads both when the answer is submitted, and copies them then.
    fileprivate init(_ name: StaticString, _ value: UnsafeBufferPointer<UInt8>) {
        self.init(
            name: UnsafeMutablePointer(mutating: name.utf8Start),
            value: UnsafeMutablePointer(mutating: value.baseAddress),
            namelen: name.utf8CodeUnitCount, valuelen: value.count, flags: Self.isStaticName)
    }

    fileprivate init(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        self.init(
            name: UnsafeMutablePointer(mutating: name.baseAddress),
            value: UnsafeMutablePointer(mutating: value.baseAddress), namelen: name.count, valuelen: value.count,
            flags: 0)
    }
}
