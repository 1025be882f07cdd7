import AuthzCore

/// The claims of the token that was verified last, as policies see them; reused from request to request.
struct VerifiedClaims: Sendable {
    var tape = JSONTape()
    /// Whether a token was verified. Without one every lookup fails.
    var isPresent = false
    /// The top-level claims whose text is a list of words, as the rule that verified the token says; sorted.
    var wordLists: [[UInt8]] = []

    mutating func removeAll() {
        isPresent = false
    }

    /// Whether `iss` and `sub` fit one of the request principal patterns. Both must be there, as strings.
    func hasPrincipal(_ range: Range<Int32>, in program: borrowing Program) -> Bool {
        guard isPresent, let issuer = topLevelString("iss"), let subject = topLevelString("sub") else { return false }
        let text = tape.text.span
        for index in range {
            let pattern = program.patterns[Int(index)]
            if program.matches(program.patterns[Int(pattern.text.offset)], issuer, in: text),
                program.matches(program.patterns[Int(pattern.second.offset)], subject, in: text)
            {
                return true
            }
        }
        return false
    }

    /// Whether the claim at the test's path is a string that fits, or a list with such a string.
    func hasClaim(_ test: Program.Test, in program: borrowing Program) -> Bool {
        guard isPresent, let node = node(at: test.path, in: program) else { return false }
        let text = tape.text.span
        switch tape.nodes[node].kind {
        case .string:
            let value = tape.nodes[node].text
            if test.path.count == 1, isWordList(program.names[Int(test.path.lowerBound)], in: program),
                let hasMatch = anyWord(of: value, fits: test.patterns, in: program)
            {
                return hasMatch
            }
            return program.matchesAny(test.patterns, value, in: text)
        case .array:
            var child = node + 1
            while child < Int(tape.nodes[node].end) {
                if tape.nodes[child].kind == .string,
                    program.matchesAny(test.patterns, tape.nodes[child].text, in: text)
                {
                    return true
                }
                child = Int(tape.nodes[child].end)
            }
            return false
        case .object, .number, .boolTrue, .boolFalse, .null:
            return false
        }
    }

    /// The text of a top-level claim that is a string.
    func topLevelString(_ name: StaticString) -> ByteSlice? {
        let node = name.withUTF8Buffer { tape.member($0.span, of: tape.root) }
        guard let node, tape.nodes[node].kind == .string else { return nil }
        return tape.nodes[node].text
    }

    /// The node at a path of members; a step into anything but an object ends it.
    func node(at path: Range<Int32>, in program: borrowing Program) -> Int? {
        var node = tape.root
        for index in path {
            guard tape.nodes[node].kind == .object else { return nil }
            let name = program.arena.span.extracting(program.names[Int(index)].range)
            guard let next = tape.member(name, of: node) else { return nil }
            node = next
        }
        return node
    }

    func isWordList(_ name: ByteSlice, in program: borrowing Program) -> Bool {
        let arena = program.arena.span
        for other in wordLists {
            let other = other.span
            if other.count == Int(name.count),
                Bytes.equal(other, at: 0, arena, at: Int(name.offset), count: other.count)
            {
                return true
            }
        }
        return false
    }

    /// Whether a word of the value fits; `nil` where it has none, and then it stays a string.
    private func anyWord(of value: ByteSlice, fits range: Range<Int32>, in program: borrowing Program) -> Bool? {
        let text = tape.text.span
        var hasWord = false
        var start = value.range.lowerBound
        while start < value.range.upperBound {
            var end = start
            while end < value.range.upperBound, text[end] != UInt8(ascii: " ") { end += 1 }
            if end > start {
                hasWord = true
                if program.matchesAny(range, ByteSlice(offset: start, count: end - start), in: text) { return true }
            }
            start = end + 1
        }
        return hasWord ? false : nil
    }
}
