/// The files and folders that policies are loaded from.
package struct ReloadInputs: Sendable {
    /// What they look like at one moment.
    package struct Stamp: Sendable, Equatable {
        var policies: InputStamp
        var keys: InputStamp
    }

    /// Policies and mesh settings; `-` is not looked at.
    package var policies: [String]
    /// Key sets. They are watched by themselves, and count here only while a load was refused: one of them may be what was wrong.
    package var keys: [String]

    package init(policies: [String], keys: [String]) {
        self.policies = policies
        self.keys = keys
    }

    /// What they look like now. Blocks.
    package var stamp: Stamp { Stamp(policies: InputStamp(of: policies), keys: InputStamp(of: keys)) }
}
