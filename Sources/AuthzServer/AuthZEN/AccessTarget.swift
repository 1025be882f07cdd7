/// What the Authorization API 1.0 is asked for.
package enum AccessTarget: Sendable, Hashable, CaseIterable {
    case evaluation, evaluations
    /// Where the others are.
    case configuration

    /// The path of the two that answer questions.
    var path: StaticString {
        switch self {
        case .evaluation: "/access/v1/evaluation"
        case .evaluations: "/access/v1/evaluations"
        case .configuration: "/.well-known/authzen-configuration"
        }
    }

    var methods: [StaticString] {
        switch self {
        case .evaluation, .evaluations: ["POST"]
        case .configuration: ["GET", "HEAD"]
        }
    }
}
