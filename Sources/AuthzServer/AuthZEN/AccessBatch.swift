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

    /// How many bytes and members all evaluations together may have, those that they share counted for each: each works on them
    /// anew, so that a small request could ask for a lot.
    static let maximumExtent = JSONExtent(byteCount: 1 << 20, memberCount: 20_000)

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
        guard Self.extent(of: elements, sharing: json).isWithin(Self.maximumExtent) else {
            throw .asksTooMuch(limit: Self.maximumExtent)
        }
        evaluations = elements.map { element in
            do throws(AccessEvaluation.Problem) {
                return .success(try AccessEvaluation(element, defaults: json))
            } catch {
                return .failure(error)
            }
        }
    }

    /// What the evaluations work on.
    private static func extent(of elements: [JSONValue], sharing defaults: JSONValue) -> JSONExtent {
        var extent = JSONExtent()
        for name in ["subject", "action", "resource", "context"] {
            let shared = defaults[name].map { JSONExtent(of: $0) } ?? JSONExtent()
            for element in elements { extent.add(element[name].map { JSONExtent(of: $0) } ?? shared) }
        }
        return extent
    }
}
