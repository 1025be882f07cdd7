import AuthzCore

/// A claim that a verified token does not have, with those that it has in its place. Names only: values are no matter of who is asked
/// for another claim (SR-41).
struct MissingClaim {
    var name: String
    /// Of the claim that it would be in; `nil` at the top of the token.
    var parent: String?
    /// Whether it is the claim that is asked for, and not one on the way to it.
    var isLast: Bool
    /// What is there, sorted.
    var present: [String]

    /// How many names are told.
    static let shownCount = 12

    /// What is there of the same name but for a slip; `nil` where nothing is. A longer name, as `previous_role`, means another thing.
    var near: String? {
        present.first { ClaimWords.areSame([$0], [name]) } ?? present.first { NameSuggestion.isSlip(name, of: $0) }
    }

    var sentence: String {
        let holder = parent.map { "the claim `\($0)`" } ?? "the token"
        guard !present.isEmpty else { return "\(holder) has no claim `\(name)` (it has none)" }
        let shown = Trace.list(Array(present.prefix(Self.shownCount)))
        return "\(holder) has no claim `\(name)` (it has \(shown)\(present.count > Self.shownCount ? ", …" : ""))"
    }

    var slip: Slip? { near.map { Slip("there is a claim `\($0)`, and none `\(name)`") } }
}

extension VerifiedClaims {
    /// The claim at which a path ends too soon; `nil` without a token, where all are there, and where one on the way has no claims.
    func missing(at path: Range<Int32>, in program: Program) -> MissingClaim? {
        guard isPresent else { return nil }
        var node = tape.root
        var parent: String?
        for index in path {
            guard tape.kind(at: node) == .object else { return nil }
            let name = String(decoding: program.arena[program.names[Int(index)].range], as: UTF8.self)
            guard let next = tape.member(Array(name.utf8).span, of: node) else {
                return MissingClaim(
                    name: name, parent: parent, isLast: index == path.upperBound - 1,
                    present: tape.elements(of: node).map { tape.string(at: $0) }.sorted())
            }
            (node, parent) = (next, name)
        }
        return nil
    }
}
