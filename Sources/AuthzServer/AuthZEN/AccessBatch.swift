import AuthzCore

/// The questions of one request to `/access/v1/evaluations` (AuthZEN §6).
struct AccessBatch {
    enum Semantic: String {
        case executeAll = "execute_all"
        case denyOnFirstDeny = "deny_on_first_deny"
        case permitOnFirstPermit = "permit_on_first_permit"

        /// Whether the answers end with this one.
        func ends(with decision: Bool) -> Bool {
            switch self {
            case .executeAll: false
            case .denyOnFirstDeny: !decision
            case .permitOnFirstPermit: decision
            }
        }
    }

    /// How many bytes of defaults the evaluations may share: each works on them anew, so that a small request could ask for a lot.
    static let maximumSharedBytes = 16 << 10

    var semantic = Semantic.executeAll
    /// Each evaluation, or what is wrong with it alone. `nil` where there is no list: then the request is one evaluation.
    var evaluations: [Result<AccessEvaluation, AccessEvaluation.Problem>]?

    /// - Parameter limit: How many evaluations one request may have.
    init(_ json: JSONValue, limit: Int) throws(AccessEvaluation.Problem) {
        guard json.isObject else { throw .wrongType("request", expected: "an object") }
        if let options = json["options"] {
            guard options.isObject else { throw .wrongType("options", expected: "an object") }
            if let written = options["evaluations_semantic"] {
                guard let text = written.string else {
                    throw .wrongType("options.evaluations_semantic", expected: "a string")
                }
                guard let known = Semantic(rawValue: text) else { throw .unknownSemantic(text) }
                semantic = known
            }
        }
        guard let list = json["evaluations"] else { return }
        guard let elements = list.elements else { throw .wrongType("evaluations", expected: "an array") }
        guard !elements.isEmpty else { return }
        guard elements.count <= limit else { throw .tooMany(limit: limit) }
        let shared = ["subject", "action", "resource", "context"].map { json[$0]?.byteCount ?? 0 }.reduce(0, +)
        guard shared <= Self.maximumSharedBytes else { throw .sharesTooMuch(limit: Self.maximumSharedBytes) }
        evaluations = elements.map { element in
            do throws(AccessEvaluation.Problem) {
                return .success(try AccessEvaluation(element, defaults: json))
            } catch {
                return .failure(error)
            }
        }
    }
}

extension JSONValue {
    /// About how long its text is. Recursive; the depth of values is bounded by ``maximumDepth``.
    fileprivate var byteCount: Int {
        switch self {
        case .object(let members): members.reduce(2) { $0 + $1.name.utf8.count + $1.value.byteCount + 4 }
        case .array(let elements): elements.reduce(2) { $0 + $1.byteCount + 1 }
        case .string(let text): text.utf8.count + 2
        case .number, .bool, .null: 5
        }
    }
}
