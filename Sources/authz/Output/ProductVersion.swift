/// The version of this program.
enum ProductVersion {
    static let current = "0.1.0"
    /// Since when, as manual pages write it.
    static let date = "November 26, 2026"
}
