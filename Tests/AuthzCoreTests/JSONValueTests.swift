import AuthzCore
import Testing

@Suite struct JSONValueTests {
    @Test("members are found by their bytes")
    func members() throws {
        let parsed = JSONValue(parsing: Array(#"{"a":"x\u0000y","A":[1,true],"n":null}"#.utf8).span)
        let value = try #require(parsed)
        #expect(value["a"]?.string == "x\u{0}y")
        #expect(value["A"]?.elements?.count == 2)
        #expect(value["b"] == nil)
        #expect(value["n"] != nil)
        #expect(value["n"]?.string == nil)
        #expect(value["a"]?["a"] == nil)
    }

    @Test(
        "what is not strict JSON is refused",
        arguments: ["", "{", "[1,]", #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":1}"#, "\u{feff}{}", "{} {}", "1e400"])
    func refused(_ text: String) {
        let value = JSONValue(parsing: Array(text.utf8).span)
        #expect(value == nil)
    }

    @Test("100 levels are read and 101 are not")
    func depth() {
        for (levels, isRead) in [(100, true), (101, false)] {
            let text = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
            let value = JSONValue(parsing: Array(text.utf8).span)
            #expect((value != nil) == isRead)
        }
    }
}
