/// A case that passes under the policies as they are written, and fails under a mutant.
struct KillingCase {
    /// The lines of the case; none where it cannot be printed, as it hangs on a secret.
    var lines: [String]
    /// The file of the suite that it belongs to, with the line of the suite where that is one of several.
    var suite: String
    /// What the mutant decides instead; empty without lines.
    var instead: String

    /// What is said before the lines.
    var heading: String {
        lines.isEmpty
            ? "A case with a signed token would notice it, which is shown without its signature, so that none is printed."
            : "This case, added to \(suite), would notice it:"
    }

    /// The same in the midst of a sentence.
    var remark: String {
        lines.isEmpty
            ? "no case notices it; one with a signed token would, which is not printed"
            : "no case notices it: it would be \(instead)"
    }
}
