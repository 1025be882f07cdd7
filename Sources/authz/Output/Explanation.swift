import AuthzEngine

/// A decision with what led to it.
struct Explanation {
    var report: DecisionReport
    var trace: Trace
    /// The decision with the other answer of CUSTOM providers; `nil` where none was assumed.
    var otherwise: DecisionReport?
}
