package import AuthzCore

/// The files and folders that policies are loaded from.
package struct ReloadInputs: Sendable {
    /// What they look like at one moment.
    package struct Stamp: Sendable, Equatable {
        fileprivate var policies: InputStamp
        fileprivate var keys: InputStamp

        func hasSamePolicies(as other: Stamp) -> Bool { policies == other.policies }
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

    /// Reads them when a server starts, again where they change meanwhile: what is read is of one moment. Blocks.
    ///
    /// - Parameter rest: Waits before they are read again.
    /// - Returns: What was read, and what they looked like then.
    /// - Throws: What `read` throws of files that rest; that they do not, after ``ReloadState/maximumLooks`` times.
    package func readAtRest<Value>(
        rest: () -> Void, _ read: () throws(InputError) -> Value
    ) throws(InputError) -> (value: Value, stamp: Stamp) {
        for _ in 0..<ReloadState<Stamp>.maximumLooks {
            let before = stamp
            let result = Result { () throws(InputError) in try read() }
            if stamp.hasSamePolicies(as: before) { return (try result.get(), before) }
            rest()
        }
        throw changesTooOften
    }

    var changesTooOften: InputError { problem("the files change each time that they are read") }

    /// A problem of this host or of whoever writes the files, which looks like one of the input.
    func problem(_ text: String) -> InputError {
        let place = SourceLocation(file: policies.first ?? "", line: 1, column: 1)
        return InputError([Diagnostic(.error, .unreadableInput, at: place, text)])
    }
}
