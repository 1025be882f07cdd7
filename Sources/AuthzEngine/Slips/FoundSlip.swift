package import AuthzCore

/// A value of a request that is not there, and is but a slip of the pen away from one that is.
package struct FoundSlip: Sendable {
    /// A warning at the value, with what to write in its place.
    package var diagnostic: Diagnostic
    /// By which such a request is denied; who expects it knows of the slip.
    package var reason: Reason?
}
