import AuthzCore
import Testing

@testable import AuthzServer

@Suite struct WireReaderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var bytes: [UInt8], fields: [String]?, error: WireError?, why: String
        var testDescription: String { why }

        static func reads(_ bytes: [UInt8], _ fields: String..., why: String) -> Case {
            Case(bytes: bytes, fields: fields, error: nil, why: why)
        }

        static func fails(_ bytes: [UInt8], _ error: WireError, why: String) -> Case {
            Case(bytes: bytes, fields: nil, error: error, why: why)
        }
    }

    @Test(
        "fields are read as protobuf writes them",
        arguments: [
            .reads([], why: "no field at all"),
            .reads([0x08, 0x01], "1=1", why: "a number"),
            .reads([0x08, 0x96, 0x01], "1=150", why: "a number of two bytes"),
            .reads(
                [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], "1=18446744073709551615",
                why: "the largest number"),
            .reads(
                [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], "1=18446744073709551615",
                why: "bits beyond the 64th are dropped"),
            .fails(
                [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], .varintTooLong,
                why: "a number of eleven bytes"),
            .fails([0x08], .truncated, why: "a tag without its number"),
            .fails([0x08, 0x80], .truncated, why: "half a number"),
            .reads([0x12, 0x02, 0x61, 0x62], "2:2+2", why: "a text"),
            .reads([0x12, 0x00], "2:2+0", why: "an empty text"),
            .fails([0x12, 0x02, 0x61], .truncated, why: "a text that ends too early"),
            .fails(
                [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x61], .truncated,
                why: "a length beyond any"),
            .reads([0x0d, 0, 0, 0, 0, 0x11, 0, 0, 0, 0, 0, 0, 0, 0], "1", "2", why: "numbers of fixed width"),
            .fails([0x0d, 0, 0, 0], .truncated, why: "three of four bytes"),
            .fails([0x11, 0, 0, 0, 0, 0, 0, 0], .truncated, why: "seven of eight bytes"),
            .reads([0x0b, 0x08, 0x01, 0x0c, 0x08, 0x02], "1", "1=2", why: "a group is one field"),
            .reads([0x0b, 0x13, 0x14, 0x0c], "1", why: "a group in a group"),
            .fails([0x0b, 0x08, 0x01], .truncated, why: "a group without its end"),
            .fails([0x0b, 0x14], .unexpectedEndGroup, why: "the end of another group"),
            .fails([0x0c], .unexpectedEndGroup, why: "the end of no group"),
            .fails([0x00], .invalidTag, why: "field 0"),
            .fails([0x0e], .invalidTag, why: "wire type 6"),
            .fails([0x0f], .invalidTag, why: "wire type 7"),
            .reads([0x88, 0x00, 0x01], "1=1", why: "a tag longer than it has to be"),
            .fails([0xff, 0xff, 0xff, 0xff, 0x0f], .invalidTag, why: "wire type 7 in the last tag"),
            .reads([0xf8, 0xff, 0xff, 0xff, 0x0f, 0x01], "536870911=1", why: "the last field number"),
            .fails([0xf8, 0xff, 0xff, 0xff, 0x1f, 0x01], .invalidTag, why: "a field number beyond it"),
        ] as [Case])
    func reading(_ c: Case) throws {
        if let error = c.error {
            #expect(throws: error) { try Self.fields(in: c.bytes) }
        } else {
            #expect(try Self.fields(in: c.bytes) == c.fields)
        }
    }

    @Test("groups are left as deep as they may lie, and no deeper")
    func depth() {
        let nested = { (count: Int) in
            [UInt8](repeating: 0x0b, count: count) + [UInt8](repeating: 0x0c, count: count)
        }
        #expect(throws: Never.self) { try Self.fields(in: nested(WireReader.maximumGroupDepth)) }
        #expect(throws: WireError.tooDeep) { try Self.fields(in: nested(WireReader.maximumGroupDepth + 1)) }
    }

    @Test(
        "a text is UTF-8, wherever the bytes above ASCII stand in it",
        arguments: [
            ([], true), (Array("ascii of more than eight bytes".utf8), true), (Array("é".utf8), true),
            (Array("1234567é".utf8), true), (Array("12345678é12345678😀".utf8), true), ([0x80], false),
            (Array("12345678".utf8) + [0xff], false), ([0xc0, 0x80], false), ([0xed, 0xa0, 0x80], false),
            (Array("1234567".utf8) + [0xc3], false), ([0xf4, 0x90, 0x80, 0x80], false),
        ] as [([UInt8], Bool)])
    func text(_ bytes: [UInt8], isValid: Bool) {
        // Behind the text stands what would complete its last character.
        let padded = bytes + [0xa9, 0xa9]
        let slice = ByteSlice(offset: 0, count: bytes.count)
        if isValid {
            #expect(throws: Never.self) { try WireReader.checkText(slice, in: padded.span) }
        } else {
            #expect(throws: WireError.invalidUTF8) { try WireReader.checkText(slice, in: padded.span) }
        }
    }

    private static func fields(in bytes: [UInt8]) throws(WireError) -> [String] {
        var reader = WireReader(bytes.span)
        var fields: [String] = []
        while let field = try reader.next(in: bytes.span) {
            switch field.value {
            case .varint(let value): fields.append("\(field.number)=\(value)")
            case .bytes(let slice): fields.append("\(field.number):\(slice.offset)+\(slice.count)")
            case .fixed64, .other: fields.append("\(field.number)")
            }
        }
        return fields
    }
}
