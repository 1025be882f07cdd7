import AuthzCore
import Testing

@Suite struct JSONTapeTests {
    struct Accepted: Sendable, CustomTestStringConvertible {
        var text: String, why: String
        var testDescription: String { "\(text): \(why)" }
    }

    @Test(
        "RFC 8259 texts are read, whatever the root",
        arguments: [
            Accepted(text: "{}", why: "an empty object"),
            Accepted(text: " [ ] ", why: "blanks around"),
            Accepted(text: "\t\r\n1\n", why: "the four blanks"),
            Accepted(text: #"{"a":[1,{"b":null}],"c":true}"#, why: "nesting"),
            Accepted(text: #""""#, why: "an empty string"),
            Accepted(text: "0", why: "zero"),
            Accepted(text: "-0.0", why: "minus zero"),
            Accepted(text: "1.5E+3", why: "every part of a number"),
            Accepted(text: "1e308", why: "a large double"),
            Accepted(text: "1e-400", why: "rounds to zero"),
            Accepted(text: #""\u0000\ud83d\ude00""#, why: "U+0000 and a surrogate pair"),
            Accepted(text: #"{"":1}"#, why: "an empty name"),
            Accepted(text: #"{"a":1,"A":2}"#, why: "names differ in case"),
            Accepted(text: "{\"\u{e9}\":1,\"e\u{301}\":2}", why: "names differ in bytes, though canonically equal"),
            Accepted(text: "\"\u{7f}\u{80}\u{10ffff}\"", why: "DEL and the last scalar"),
        ])
    func accepted(_ c: Accepted) throws {
        var tape = JSONTape()
        try tape.scan(Array(c.text.utf8).span)
        #expect(!tape.isEmpty)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        var bytes: [UInt8], error: JSONError, why: String
        var testDescription: String { "\(String(decoding: bytes, as: UTF8.self)): \(why)" }

        init(_ text: String, _ error: JSONError, _ why: String) {
            self.init(Array(text.utf8), error, why)
        }

        init(_ bytes: [UInt8], _ error: JSONError, _ why: String) {
            (self.bytes, self.error, self.why) = (bytes, error, why)
        }
    }

    @Test(
        "everything else is refused where it goes wrong",
        arguments: [
            Refused("", .unexpectedEnd(offset: 0), "nothing"),
            Refused("  ", .unexpectedEnd(offset: 2), "blanks"),
            Refused("[1,]", .unexpectedByte(offset: 3), "a trailing comma in an array"),
            Refused(#"{"a":1,}"#, .unexpectedByte(offset: 7), "a trailing comma in an object"),
            Refused("[,1]", .unexpectedByte(offset: 1), "a leading comma"),
            Refused("[1 2]", .unexpectedByte(offset: 3), "no comma"),
            Refused(#"{"a" 1}"#, .unexpectedByte(offset: 5), "no colon"),
            Refused(#"{a:1}"#, .unexpectedByte(offset: 1), "a bare name"),
            Refused("{'a':1}", .unexpectedByte(offset: 1), "single quotes"),
            Refused("[1}", .unexpectedByte(offset: 2), "the wrong bracket"),
            Refused("]", .unexpectedByte(offset: 0), "a bracket that closes nothing"),
            Refused("{} x", .trailingBytes(offset: 3), "text behind"),
            Refused("{}/**/", .trailingBytes(offset: 2), "a comment"),
            Refused("\u{feff}{}", .unexpectedByte(offset: 0), "a byte order mark"),
            Refused("\u{0c}1", .unexpectedByte(offset: 0), "a form feed"),
            Refused("01", .trailingBytes(offset: 1), "a leading zero"),
            Refused("-", .unexpectedEnd(offset: 1), "a minus alone"),
            Refused("+1", .unexpectedByte(offset: 0), "a plus"),
            Refused("1.", .unexpectedEnd(offset: 2), "no fraction"),
            Refused(".5", .unexpectedByte(offset: 0), "no integer"),
            Refused("1e", .unexpectedEnd(offset: 2), "no exponent"),
            Refused("1e+x", .unexpectedByte(offset: 3), "no exponent"),
            Refused("1e400", .numberOutOfRange(offset: 0), "beyond the doubles"),
            Refused(String(repeating: "9", count: 310), .numberOutOfRange(offset: 0), "beyond, without exponent"),
            Refused("0x10", .trailingBytes(offset: 1), "hexadecimal"),
            Refused("NaN", .unexpectedByte(offset: 0), "not a number"),
            Refused("True", .unexpectedByte(offset: 0), "the wrong case"),
            Refused("tru", .unexpectedEnd(offset: 3), "cut off"),
            Refused("nul1", .unexpectedByte(offset: 3), "another word"),
            Refused(#""abc"#, .unexpectedEnd(offset: 4), "no closing quote"),
            Refused("\"a\tb\"", .controlCharacter(offset: 2), "a raw tab"),
            Refused("\"a\u{0}\"", .controlCharacter(offset: 2), "a raw NUL"),
            Refused(#""\x41""#, .invalidEscape(offset: 1), "an unknown escape"),
            Refused(#""\'""#, .invalidEscape(offset: 1), "an escaped single quote"),
            Refused(#""\U0061""#, .invalidEscape(offset: 1), "a capital U"),
            Refused(#""\u12g4""#, .invalidEscape(offset: 5), "no hexadecimal digit"),
            Refused(#""\u12"#, .unexpectedEnd(offset: 5), "cut off in an escape"),
            Refused(#""\"#, .unexpectedEnd(offset: 2), "cut off behind a backslash"),
            Refused(#""\ud800""#, .loneSurrogate(offset: 1), "half a pair"),
            Refused(#""\ud800\u0041""#, .loneSurrogate(offset: 1), "half a pair and a letter"),
            Refused(#""\udc00""#, .loneSurrogate(offset: 1), "the second half"),
            Refused([0x22, 0xff, 0x22], .invalidUTF8(offset: 1), "no UTF-8 byte"),
            Refused([0x22, 0xc0, 0xaf, 0x22], .invalidUTF8(offset: 1), "an overlong form"),
            Refused([0x22, 0xe0, 0x80, 0x80, 0x22], .invalidUTF8(offset: 1), "an overlong form of three"),
            Refused([0x22, 0xed, 0xa0, 0x80, 0x22], .invalidUTF8(offset: 1), "a surrogate in UTF-8"),
            Refused([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], .invalidUTF8(offset: 1), "above U+10FFFF"),
            Refused([0x22, 0xe2, 0x82, 0x22], .invalidUTF8(offset: 1), "cut off by the quote"),
            Refused([0x22, 0xf0, 0x9f], .invalidUTF8(offset: 1), "cut off by the end"),
            Refused(#"{"a":1,"a":1}"#, .duplicateMember(offset: 12), "a member twice"),
            Refused(#"{"a":1,"\u0061":1}"#, .duplicateMember(offset: 17), "a member twice, once escaped"),
            Refused(#"[{"b":{"a":1,"c":2,"a":1}}]"#, .duplicateMember(offset: 24), "a member twice, below"),
        ])
    func refused(_ c: Refused) {
        var tape = JSONTape()
        #expect(throws: c.error) { try tape.scan(c.bytes.span) }
        #expect(tape.isEmpty, "nothing is left to be read by mistake")
    }

    @Test("the depth is bounded, the outermost level included", arguments: ["[]", "{}"])
    func depth(_ brackets: String) throws {
        var tape = JSONTape()
        func nested(_ levels: Int) -> [UInt8] {
            if brackets == "[]" {
                return Array((String(repeating: "[", count: levels) + String(repeating: "]", count: levels)).utf8)
            }
            let open = String(repeating: #"{"a":"#, count: levels - 1)
            return Array((open + "{" + String(repeating: "}", count: levels)).utf8)
        }
        try tape.scan(nested(100).span)
        #expect(tape.nodes.count == (brackets == "[]" ? 100 : 199))
        #expect(throws: JSONError.self) { try tape.scan(nested(101).span) }
        #expect(throws: JSONError.self) { try tape.scan(nested(100_000).span) }
        try tape.scan(nested(1).span, maximumDepth: 1)
        #expect(throws: JSONError.tooDeep(offset: 1)) { try tape.scan(Array("[[]]".utf8).span, maximumDepth: 1) }
    }

    @Test("members are found by their bytes, elements in their order")
    func access() throws {
        var tape = JSONTape()
        let text = #"{"a":{"x":[1,[2],"s\n"],"y":{}},"b":"\u00e9","n":-12.5e1,"i":9007199254740993}"#
        try tape.scan(Array(text.utf8).span)
        let a = try #require(tape.member("a", of: tape.root))
        let x = try #require(tape.member("x", of: a))
        #expect(tape.kind(at: x) == .array)
        let elements = Array(tape.elements(of: x))
        #expect(elements.map { tape.kind(at: $0) } == [.number, .array, .string])
        #expect(tape.string(at: elements[2]) == "s\n")
        #expect(tape.number(at: elements[0]) == 1)
        #expect(tape.elements(of: tape.root).map { tape.string(at: $0) } == ["a", "b", "n", "i"])
        #expect(tape.elements(of: elements[0]).map { $0 } == [])
        #expect(tape.member("x", of: tape.root) == nil, "only direct members")
        #expect(tape.member("a", of: x) == nil, "an array has none")
        let b = try #require(tape.member("b", of: tape.root))
        #expect(tape.string(at: b, equals: "é"))
        let n = try #require(tape.member("n", of: tape.root))
        #expect(tape.number(at: n) == -125)
        #expect(tape.string(at: n) == "-12.5e1")
        let i = try #require(tape.member("i", of: tape.root))
        #expect(tape.number(at: i) == 9_007_199_254_740_992, "as the nearest double")
        #expect(tape.number(at: b).isNaN)
    }

    @Test("objects of any size are checked for members given twice", arguments: [2, 32, 33, 5000])
    func duplicates(_ count: Int) {
        var names = (0..<count).map { "\"name\($0)\":\($0)" }
        var tape = JSONTape()
        #expect(throws: Never.self) { try tape.scan(Array("{\(names.joined(separator: ","))}".utf8).span) }
        names[count - 1] = "\"name0\":0"
        #expect(throws: JSONError.self) { try tape.scan(Array("{\(names.joined(separator: ","))}".utf8).span) }
    }

    @Test("no prefix of a text is one, and none stops the process")
    func truncation() throws {
        let text = Array(#"{"a":[1.5e+3,"\u00e9\n",true],"b":{"c":null,"d":false},"é😀":[]}"#.utf8)
        var tape = JSONTape()
        for count in 0..<text.count {
            #expect(throws: JSONError.self) { try tape.scan(text.span.extracting(0..<count)) }
        }
        try tape.scan(text.span)
    }

    @Test("an empty object can be set without a text")
    func emptyObject() {
        var tape = JSONTape()
        tape.setEmptyObject()
        #expect(tape.kind(at: tape.root) == .object)
        #expect(tape.member("a", of: tape.root) == nil)
    }
}
