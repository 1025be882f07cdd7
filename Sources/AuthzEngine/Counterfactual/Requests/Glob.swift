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
    static let maximumStates = 5000
    /// How long all patterns may be together.
    static let maximumPositions = 8192

    private enum Element {
        case byte(UInt8)
        case anyStar, segmentStar, segmentByte
        case end
    }

    private let mixesPaths: Bool
    private let fresh: UInt8
    private var elements: [Element] = []
    /// Whether the patterns of an element are about what stands before a `?`.
    private var isFrozenAtQuery: [Bool] = []
    private var starts: [Int32] = []
    /// The end of the pattern that a text has to fit to count.
    private let required: Int32?

    /// - Parameters:
    ///   - shape: Only texts that fit this one count.
    ///   - fresh: A byte that stands in no pattern.
    init(_ globs: [Glob], within shape: Glob? = nil, fresh: UInt8) {
        self.fresh = fresh
        mixesPaths = globs.contains(where: \.stopsAtQuery) && globs.contains { !$0.stopsAtQuery }
        var elements: [Element] = []
        for glob in globs + (shape.map { [$0] } ?? []) {
            starts.append(Int32(elements.count))
            for piece in glob.pieces {
                switch piece {
                case .literal(let text): elements += text.map { .byte($0) }
                case .any: elements.append(.anyStar)
                case .segment: elements.append(.segmentStar)
                case .segmentByte: elements.append(.segmentByte)
                }
            }
            elements.append(.end)
            isFrozenAtQuery += Array(repeating: glob.stopsAtQuery, count: elements.count - isFrozenAtQuery.count)
        }
        self.elements = elements
        required = shape == nil ? nil : Int32(elements.count - 1)
    }

    /// Which elements of the patterns come next.
    private struct State: Hashable {
        /// In order.
        var positions: [Int32]
        var isBehindQuery: Bool
    }

    /// Texts, the shortest first, and whether they are all that differ.
    func texts() -> (found: [[UInt8]], isComplete: Bool) {
        guard elements.count <= Self.maximumPositions else { return ([], false) }
        var first = State(positions: [], isBehindQuery: false)
        for position in starts { add(position, to: &first.positions) }
        first.positions.sort()
        var states = [first]
        var parents: [(state: Int, byte: UInt8)] = [(-1, 0)]
        var seen: Set<State> = [first]
        var signatures: Set<[Int32]> = []
        var found: [[UInt8]] = []
        var index = 0
        var isComplete = true
        while index < states.count {
            let state = states[index]
            if required.map({ state.positions.contains($0) }) ?? true,
                signatures.insert(state.positions.filter(isEnd)).inserted
            {
                found.append(Self.text(index, parents))
            }
            for byte in bytes(after: state) {
                let next = step(state, byte)
                // Where the shape can no longer be met, nothing that follows counts.
                if let required, !next.positions.contains(where: { $0 >= starts[starts.count - 1] && $0 <= required }) {
                    continue
                }
                guard !seen.contains(next) else { continue }
                guard states.count < Self.maximumStates else {
                    isComplete = false
                    break
                }
                seen.insert(next)
                states.append(next)
                parents.append((index, byte))
            }
            index += 1
        }
        return (found, isComplete)
    }

    private func isEnd(_ position: Int32) -> Bool {
        if case .end = elements[Int(position)] { true } else { false }
    }

    /// The bytes that lead to different states: those that an element asks for, and one that none does.
    private func bytes(after state: State) -> [UInt8] {
        var bytes: Set<UInt8> = []
        for position in state.positions {
            switch elements[Int(position)] {
            case .byte(let byte): bytes.insert(byte)
            case .segmentStar, .segmentByte: bytes.insert(UInt8(ascii: "/"))
            case .anyStar, .end: break
            }
        }
        bytes.remove(UInt8(ascii: "\n"))
        if mixesPaths { bytes.insert(UInt8(ascii: "?")) }
        bytes.remove(fresh)
        return [fresh] + bytes.sorted()
    }

    private func step(_ state: State, _ byte: UInt8) -> State {
        let isQuery = byte == UInt8(ascii: "?") || state.isBehindQuery
        var next = State(positions: [], isBehindQuery: isQuery)
        let isSlash = byte == UInt8(ascii: "/")
        for position in state.positions {
            if isQuery, isFrozenAtQuery[Int(position)] {
                if !next.positions.contains(position) { next.positions.append(position) }
                continue
            }
            switch elements[Int(position)] {
            case .byte(let wanted): if wanted == byte { add(position + 1, to: &next.positions) }
            case .anyStar: add(position, to: &next.positions)
            case .segmentStar: if !isSlash { add(position, to: &next.positions) }
            case .segmentByte: if !isSlash { add(position + 1, to: &next.positions) }
            case .end: break
            }
        }
        next.positions.sort()
        return next
    }

    /// Adds an element, and what follows a star, which may stand for nothing.
    private func add(_ position: Int32, to positions: inout [Int32]) {
        guard !positions.contains(position) else { return }
        positions.append(position)
        switch elements[Int(position)] {
        case .anyStar, .segmentStar: add(position + 1, to: &positions)
        case .byte, .segmentByte, .end: break
        }
    }

    private static func text(_ state: Int, _ parents: [(state: Int, byte: UInt8)]) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = state
        while parents[index].state >= 0 {
            bytes.append(parents[index].byte)
            index = parents[index].state
        }
        return bytes.reversed()
    }
}
