import AuthzCore
import Testing

/// Our reader against jansson (`JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL`, 100 levels) on made-up
/// texts. Jansson alone refuses U+0000 in a member's name, so none is made here.
@Suite struct JSONAgreementTests {
    @Test("two readers agree on generated texts, whole and damaged", arguments: [UInt64(1), 2, 3, 4])
    func agreement(_ seed: UInt64) {
        var random = SeededRandom(state: seed)
        var tape = JSONTape()
        var accepted = 0
        for _ in 0..<3000 {
            var text: [UInt8] = []
            appendValue(&text, depth: 0, &random)
            for _ in 0..<random.below(3) where !text.isEmpty { damage(&text, &random) }
            let isAccepted = (try? tape.scan(text.span)) != nil
            let other = JSONValue(parsing: text.span)
            let shown = String(decoding: text, as: UTF8.self)
            #expect(isAccepted == (other != nil), "\(shown)")
            guard isAccepted, let other else { continue }
            accepted += 1
            #expect(isSame(tape, tape.root, other), "\(shown)")
            var writer = JSONWriter()
            writer.value(tape, at: tape.root)
            let reread = JSONValue(parsing: writer.bytes.span)
            #expect(reread.map { isSame(tape, tape.root, $0) } == true, "\(shown) written as \(writer.text)")
        }
        #expect(accepted > 500 && accepted < 2900, "both kinds are met")
    }

    @Test("two readers agree on random bytes", arguments: [UInt64(5), 6])
    func randomBytes(_ seed: UInt64) {
        var random = SeededRandom(state: seed)
        var tape = JSONTape()
        for _ in 0..<10_000 {
            let text = (0..<random.below(24)).map { _ in
                random.below(3) == 0 ? UInt8(random.below(256)) : Self.noise[random.below(Self.noise.count)]
            }
            let isAccepted = (try? tape.scan(text.span)) != nil
            let other = JSONValue(parsing: text.span)
            #expect(isAccepted == (other != nil), "\(text)")
        }
    }

    private func isSame(_ tape: JSONTape, _ index: Int, _ value: JSONValue) -> Bool {
        switch (tape.kind(at: index), value) {
        case (.object, .object(let members)):
            let names = Array(tape.elements(of: index))
            return names.count == members.count
                && zip(names, members).allSatisfy { name, member in
                    tape.string(at: name).utf8.elementsEqual(member.name.utf8) && isSame(tape, name + 1, member.value)
                }
        case (.array, .array(let elements)):
            let indices = Array(tape.elements(of: index))
            return indices.count == elements.count && zip(indices, elements).allSatisfy { isSame(tape, $0, $1) }
        case (.string, .string(let text)): return tape.string(at: index).utf8.elementsEqual(text.utf8)
        case (.number, .number(let number)): return tape.number(at: index) == number
        case (.boolTrue, .bool(true)), (.boolFalse, .bool(false)), (.null, .null): return true
        default: return false
        }
    }

    private static let scalars = [
        "0", "-0.0", "12", "1.5", "-3e2", "1E+2", "9007199254740993", "1e400", "01", "1.", "true", "false", "null",
        "nul",
        #""""#, #""a""#, #""\n\u00e9\"\/""#, #""\ud83d\ude00""#, #""\ud800""#, "\"é\"", "\"\t\"", #""\q""#,
        #""x\u0000y""#,
    ]
    private static let names = ["a", "b", "c", "\\u0061", "é", "", "long name", "d", "e", "f", "g", "h"]
    private static let noise = Array("{}[]\",:\\ue0-1. \n\u{7f}tfn".utf8) + [0xff, 0xc3, 0xed, 0xa0]

    private func appendValue(_ text: inout [UInt8], depth: Int, _ random: inout SeededRandom) {
        let kind = depth > 5 ? 9 : random.below(10)
        let count = random.below(4)
        if kind < 3 {
            text.append(UInt8(ascii: "{"))
            for index in 0..<count {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                text.append(contentsOf: "\"\(Self.names[random.below(Self.names.count)])\": ".utf8)
                appendValue(&text, depth: depth + 1, &random)
            }
            text.append(UInt8(ascii: "}"))
        } else if kind < 6 {
            text.append(UInt8(ascii: "["))
            for index in 0..<count {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                appendValue(&text, depth: depth + 1, &random)
            }
            text.append(UInt8(ascii: "]"))
        } else {
            text.append(contentsOf: Self.scalars[random.below(Self.scalars.count)].utf8)
        }
    }

    private func damage(_ text: inout [UInt8], _ random: inout SeededRandom) {
        let index = random.below(text.count)
        switch random.below(4) {
        case 0: text[index] = Self.noise[random.below(Self.noise.count)]
        case 1: text.remove(at: index)
        case 2: text.insert(Self.noise[random.below(Self.noise.count)], at: index)
        default: text.removeLast(random.below(min(text.count, 3)))
        }
    }
}

/// SplitMix64: the same texts in every run.
private struct SeededRandom {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
