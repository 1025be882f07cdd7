/// A pattern as pieces, for the search of texts that fit some patterns and not others. It decides nothing: what is found is put
/// to ``Program``.
struct Glob: Hashable, Sendable {
    enum Piece: Hashable, Sendable {
        case literal([UInt8])
        /// Any text.
        case any
        /// Any text without `/`.
        case segment
        /// One byte but `/`.
        case segmentByte
    }

    var pieces: [Piece]
    /// Whether it is about what stands before a `?`.
    var stopsAtQuery = false

    init(_ pieces: [Piece], stopsAtQuery: Bool = false) {
        self.pieces = pieces.filter { $0 != .literal([]) }
        self.stopsAtQuery = stopsAtQuery
    }

    /// A text that fits, wildcards filled in.
    func text(any: [UInt8], segment: [UInt8]) -> [UInt8] {
        pieces.flatMap { piece in
            switch piece {
            case .literal(let bytes): bytes
            case .any: any
            case .segment: segment
            case .segmentByte: [UInt8]()
            }
        }
    }

    var literals: [[UInt8]] {
        pieces.compactMap { if case .literal(let bytes) = $0 { bytes } else { nil } }
    }
}

/// Finds a shortest text for each combination of patterns that can hold together: a walk over the states of all patterns at once.
struct GlobExplorer {
    /// How many states are visited at most.
    static let maximumStates = 3000
    /// How long all patterns may be together.
    static let maximumPositions = 4096

    private enum Element {
        case byte(UInt8)
        case anyStar, segmentStar, segmentByte
        case end
    }

    private let globs: [Glob]
    /// Only texts that fit this one count.
    private let shape: Glob?
    private var elements: [Element] = []
    private var starts: [Int] = []
    private var ends: [Int] = []
    private var alphabet: [UInt8] = []

    /// - Parameter fresh: A byte that stands in no pattern.
    init(_ globs: [Glob], within shape: Glob? = nil, fresh: UInt8) {
        self.globs = globs
        self.shape = shape
        var bytes: Set<UInt8> = []
        for glob in globs + (shape.map { [$0] } ?? []) {
            starts.append(elements.count)
            for piece in glob.pieces {
                switch piece {
                case .literal(let text):
                    elements += text.map { .byte($0) }
                    bytes.formUnion(text)
                case .any: elements.append(.anyStar)
                case .segment:
                    elements.append(.segmentStar)
                    bytes.insert(UInt8(ascii: "/"))
                case .segmentByte: elements.append(.segmentByte)
                }
            }
            ends.append(elements.count)
            elements.append(.end)
        }
        bytes.remove(UInt8(ascii: "\n"))
        let mixes = globs.contains(where: \.stopsAtQuery) && globs.contains { !$0.stopsAtQuery }
        if mixes { bytes.insert(UInt8(ascii: "?")) }
        alphabet = [fresh] + bytes.sorted()
    }

    /// Texts, the shortest first, and whether they are all that differ.
    func texts() -> (found: [[UInt8]], isComplete: Bool) {
        guard elements.count <= Self.maximumPositions else { return ([], false) }
        let words = (elements.count + 63) / 64
        var walk = Walk(words: words, alphabet: alphabet)
        for (index, element) in elements.enumerated() {
            switch element {
            case .byte(let byte): if let letter = alphabet.firstIndex(of: byte) { walk.literals[letter].set(index) }
            case .anyStar:
                walk.stars.set(index)
                for letter in alphabet.indices { walk.loops[letter].set(index) }
            case .segmentStar:
                walk.stars.set(index)
                for letter in alphabet.indices where alphabet[letter] != UInt8(ascii: "/") {
                    walk.loops[letter].set(index)
                }
            case .segmentByte:
                for letter in alphabet.indices where alphabet[letter] != UInt8(ascii: "/") {
                    walk.literals[letter].set(index)
                }
            case .end: walk.ends.set(index)
            }
        }
        for (index, glob) in globs.enumerated() where glob.stopsAtQuery {
            for position in starts[index]...ends[index] { walk.frozenAtQuery.set(position) }
        }
        var start = Bits(words: words)
        for position in starts { start.set(position) }
        return walk.run(from: start, required: shape == nil ? nil : ends.last, limit: Self.maximumStates)
    }

    /// A set of positions.
    fileprivate struct Bits: Hashable {
        var words: [UInt64]

        init(words: Int) { self.words = Array(repeating: 0, count: words) }

        mutating func set(_ index: Int) { words[index >> 6] |= 1 << UInt64(index & 63) }
        func contains(_ index: Int) -> Bool { words[index >> 6] >> UInt64(index & 63) & 1 == 1 }

        static func & (left: Bits, right: Bits) -> Bits {
            var result = left
            for index in result.words.indices { result.words[index] &= right.words[index] }
            return result
        }

        /// The positions behind these, put in.
        mutating func advance(_ other: Bits) {
            var carry: UInt64 = 0
            for index in words.indices {
                words[index] |= other.words[index] << 1 | carry
                carry = other.words[index] >> 63
            }
        }

        mutating func formUnion(_ other: Bits) {
            for index in words.indices { words[index] |= other.words[index] }
        }

        mutating func subtract(_ other: Bits) {
            for index in words.indices { words[index] &= ~other.words[index] }
        }
    }

    private struct Walk {
        let alphabet: [UInt8]
        var literals: [Bits]
        var loops: [Bits]
        var stars: Bits
        var ends: Bits
        var frozenAtQuery: Bits

        init(words: Int, alphabet: [UInt8]) {
            self.alphabet = alphabet
            literals = Array(repeating: Bits(words: words), count: alphabet.count)
            loops = literals
            stars = Bits(words: words)
            ends = stars
            frozenAtQuery = stars
        }

        private struct State: Hashable {
            var positions: Bits
            var isBehindQuery: Bool
        }

        /// A star may stand for nothing.
        private func closed(_ positions: Bits) -> Bits {
            var result = positions
            while true {
                var next = result
                next.advance(result & stars)
                if next == result { return result }
                result = next
            }
        }

        func run(from start: Bits, required: Int?, limit: Int) -> (found: [[UInt8]], isComplete: Bool) {
            var states = [State(positions: closed(start), isBehindQuery: false)]
            var parents: [(state: Int, letter: Int)] = [(-1, -1)]
            var seen: Set<State> = [states[0]]
            var signatures: Set<Bits> = []
            var found: [[UInt8]] = []
            var index = 0
            var isComplete = true
            while index < states.count {
                let state = states[index]
                if required.map({ state.positions.contains($0) }) ?? true,
                    signatures.insert(state.positions & ends).inserted
                {
                    found.append(text(index, parents))
                }
                for letter in alphabet.indices {
                    let next = step(state, letter)
                    guard !seen.contains(next) else { continue }
                    guard states.count < limit else {
                        isComplete = false
                        break
                    }
                    seen.insert(next)
                    states.append(next)
                    parents.append((index, letter))
                }
                index += 1
            }
            return (found, isComplete)
        }

        private func step(_ state: State, _ letter: Int) -> State {
            let isQuery = alphabet[letter] == UInt8(ascii: "?") || state.isBehindQuery
            var moving = state.positions
            if isQuery { moving.subtract(frozenAtQuery) }
            var next = moving & loops[letter]
            next.advance(moving & literals[letter])
            next = closed(next)
            if isQuery { next.formUnion(state.positions & frozenAtQuery) }
            return State(positions: next, isBehindQuery: isQuery)
        }

        private func text(_ state: Int, _ parents: [(state: Int, letter: Int)]) -> [UInt8] {
            var bytes: [UInt8] = []
            var index = state
            while parents[index].state >= 0 {
                bytes.append(alphabet[parents[index].letter])
                index = parents[index].state
            }
            return bytes.reversed()
        }
    }
}
