/// A key set that was read, and can be put in force at little cost.
package struct ReadKeySet: Sendable {
    /// How many of its keys can verify.
    package let keys: Int
    /// What is wrong with elements that verify nothing, a sentence each; where there are many, the last one counts the others.
    package let remarks: [String]
    /// Puts it in force: the very same object each time, so that verified tokens stay remembered.
    package let install: @Sendable () -> Void

    package init(keys: Int, remarks: [String] = [], install: @escaping @Sendable () -> Void) {
        self.keys = keys
        self.remarks = remarks
        self.install = install
    }
}
