import AuthzCore
import AuthzEngine
import AuthzPolicy

/// The policies that requests of one run are decided by: those of the command line, read once, and those of suites.
struct PolicyBook {
    private let settings: PolicySettings
    private let console: Console
    private let remoteKeys: RemoteKeys?
    private let read: () throws(InputError) -> OfflinePolicies
    private var commandLine: Result<OfflinePolicies, InputError>?
    /// Those of the suite that was asked for last, by its place.
    private var last: (place: SourceLocation, policies: OfflinePolicies)?

    /// - Parameter read: Reads the policies of the command line.
    init(_ settings: PolicySettings, _ console: Console, read: @escaping () throws(InputError) -> OfflinePolicies) {
        self.settings = settings
        self.console = console
        self.read = read
        remoteKeys = RemoteKeys(settings, console)
    }

    /// Those of the command line; what is warned of is written when they are read.
    ///
    /// - Throws: What is wrong with them, each time.
    mutating func ofCommandLine() throws(InputError) -> OfflinePolicies {
        if let commandLine { return try commandLine.get() }
        let read = read
        let result = Result { () throws(InputError) in try read() }.map(prepared)
        commandLine = result
        return try result.get()
    }

    /// Those that decide the cases of a suite.
    ///
    /// - Parameter sources: The text of the suite's file.
    mutating func policies(of suite: Suite, _ sources: SourceTexts) throws(InputError) -> OfflinePolicies {
        if case .commandLine = suite.policies, suite.mesh == nil, suite.keyDocuments.isEmpty,
            (suite.profile ?? settings.profile) == settings.profile
        {
            return try ofCommandLine()
        }
        if let last, last.place == suite.location { return last.policies }
        let own = prepared(try SuitePolicies(suite: suite, sources: sources, settings: settings).load())
        last = (suite.location, own)
        return own
    }

    /// The policies with keys that are fetched, their warnings written.
    private func prepared(_ policies: OfflinePolicies) -> OfflinePolicies {
        let complete = remoteKeys?.added(to: policies) ?? policies
        complete.report(to: console)
        return complete
    }
}
