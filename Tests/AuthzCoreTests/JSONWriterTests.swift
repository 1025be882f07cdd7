import AuthzCore
import Testing

@Suite struct JSONWriterTests {
    @Test("values stand in the order given, with the commas they need")
    func order() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("b")
        writer.integer(-1)
        writer.name("a")
        writer.beginArray()
        writer.bool(true)
        writer.bool(false)
        writer.null()
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.string("x")
        writer.endArray()
        writer.name("c")
        writer.integer(UInt64.max)
        writer.endObject()
        #expect(writer.text == #"{"b":-1,"a":[true,false,null,{},[],"x"],"c":18446744073709551615}"#)
        writer.removeAll()
        writer.null()
        #expect(writer.text == "null")
    }

    struct Text: Sendable, CustomTestStringConvertible {
        var bytes: [UInt8], written: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "strings are escaped and always UTF-8",
        arguments: [
            Text(bytes: [], written: #""""#, why: "empty"),
            Text(bytes: Array("a\"b\\c/".utf8), written: #""a\"b\\c/""#, why: "quotes and backslashes"),
            Text(bytes: [0, 9, 10, 13, 31, 127], written: #""\u0000\t\n\r\u001f\u007f""#, why: "control characters"),
            Text(bytes: Array("é😀".utf8), written: "\"é😀\"", why: "UTF-8 as it is"),
            Text(bytes: [0x61, 0xff, 0x62], written: "\"a\u{fffd}b\"", why: "a byte that is not UTF-8"),
            Text(bytes: [0xed, 0xa0, 0x80], written: "\"\u{fffd}\u{fffd}\u{fffd}\"", why: "a surrogate"),
            Text(bytes: [0xe2, 0x82], written: "\"\u{fffd}\u{fffd}\"", why: "cut off"),
        ])
    func strings(_ c: Text) {
        var writer = JSONWriter()
        writer.string(c.bytes.span)
        #expect(writer.text == c.written)
        if let text = String(validating: c.bytes, as: UTF8.self) {
            writer.removeAll()
            writer.string(text)
            #expect(writer.text == c.written)
        }
    }

    @Test(
        "a number is the shortest that reads back as the same double",
        arguments: [
            (0.0, "0"), (-1, "-1"), (1.5, "1.5"), (9_007_199_254_740_992, "9007199254740992"), (1e20, "1e+20"),
            (1e-7, "1e-07"), (.infinity, "null"), (.nan, "null"),
        ])
    func numbers(_ number: Double, _ text: String) {
        var writer = JSONWriter()
        writer.number(number)
        #expect(writer.text == text)
    }

    @Test("a value of a tape is written as it was read, without blanks")
    func tape() throws {
        var tape = JSONTape()
        try tape.scan(Array(#" {"a" : [1.50, {"b":"\u00e9\n"}, []] , "c":{}, "d":1e2} "#.utf8).span)
        var writer = JSONWriter()
        writer.value(tape, at: tape.root)
        #expect(writer.text == #"{"a":[1.50,{"b":"é\n"},[]],"c":{},"d":1e2}"#)
        writer.removeAll()
        writer.beginArray()
        writer.value(tape, at: try #require(tape.member("a", of: tape.root)))
        writer.value(tape, at: try #require(tape.member("d", of: tape.root)))
        writer.endArray()
        #expect(writer.text == #"[[1.50,{"b":"é\n"},[]],1e2]"#)
    }
}
