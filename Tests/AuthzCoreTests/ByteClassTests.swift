import AuthzCore
import Testing

/// What is answered many bytes at a time is what looking at each byte says: every byte at every place of runs of all lengths that
/// are read differently.
@Suite struct ByteClassTests {
    private static let lengths = Array(0...40)

    @Test(arguments: lengths) func printableASCII(length: Int) {
        compare(length, filler: "a") {
            ByteClass.isPrintableASCII($0, $1)
        } against: {
            $0 >= 0x20 && $0 < 0x7f
        }
    }

    @Test(arguments: lengths) func lowercaseName(length: Int) {
        compare(length, filler: "x") {
            ByteClass.isLowercaseName($0, $1)
        } against: {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }

    /// Among bytes of the other kind in front and behind, which do not count.
    private func compare(
        _ length: Int, filler: Character, _ isClass: (Span<UInt8>, ByteSlice) -> Bool, against isGood: (UInt8) -> Bool
    ) {
        let slice = ByteSlice(offset: 3, count: length)
        var bytes = [UInt8](repeating: 0xff, count: 3) + [UInt8](repeating: filler.asciiValue ?? 0, count: length)
        bytes += [0xff, 0x00]
        let isAll = isClass(bytes.span, slice)
        #expect(isAll)
        for place in slice.range {
            let before = bytes[place]
            for byte in UInt8.min...UInt8.max {
                bytes[place] = byte
                let isIn = isClass(bytes.span, slice)
                #expect(isIn == isGood(byte), "byte \(byte) at \(place - 3) of \(length)")
            }
            bytes[place] = before
        }
    }

    @Test(arguments: lengths) func equality(length: Int) {
        let left = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var right = left
        #expect(areEqual(left, right))
        for place in 0..<length {
            right[place] ^= 0x80
            #expect(!areEqual(left, right), "differs at \(place) of \(length)")
            right[place] ^= 0x80
        }
    }

    private func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        // An empty array may have no memory.
        (left + [0]).withUnsafeBytes { first in
            (right + [1]).withUnsafeBytes { second in
                guard let first = first.baseAddress, let second = second.baseAddress else { return false }
                return ByteClass.areEqual(first, second, count: left.count)
            }
        }
    }

    @Test func aHeaderLineIsPlainUntilItChanges() {
        var request = CheckRequest()
        let name = request.append("x-tenant")
        let value = request.append("acme")
        request.appendHeader(name: name, value: value)
        #expect(request.operation.headers[0].isPlain)
        request.operation.headers[0].value = request.append("acm\u{e9}")
        #expect(!request.operation.headers[0].isPlain)
        request.appendHeader(name: request.append("X-Tenant"), value: value)
        #expect(!request.operation.headers[1].isPlain)
        #expect(request.text(request.operation.headers[1].name) == "x-tenant")
        request.appendHeader(name: .empty, value: value)
        #expect(!request.operation.headers[2].isPlain)
    }
}
