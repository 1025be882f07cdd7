import AuthzCore
import AuthzPolicy
import AuthzServer
import Foundation

/// Runs suites again and again: whenever a file has changed that the last run read, or a suite has come or gone.
struct SuiteWatcher {
    private let settings: TestSettings
    private let console: Console
    /// What the last run read beside the suites that are found.
    private var inputs: Set<String> = []

    init(_ settings: TestSettings, _ console: Console) {
        self.settings = settings
        self.console = console
        inputs = Set(settings.policies.paths + settings.policies.keyFiles.map(\.path))
        if let path = settings.policies.meshConfigPath { inputs.insert(path) }
    }

    /// Runs until the process is ended.
    mutating func run() -> Never {
        var state = runOnce()
        var pause = 0.5
        while true {
            Thread.sleep(forTimeInterval: pause)
            switch state.looked(stamp, isChange: !=) {
            case .wait: pause = 0.5
            case .waitForRest: pause = 0.1
            case .load:
                state = runOnce()
                pause = 0.5
            }
        }
    }

    private var stamp: InputStamp {
        InputStamp(of: settings.suites.files + inputs.sorted())
    }

    /// One run. A file that is changed while it lasts is seen as changed afterwards.
    private mutating func runOnce() -> ReloadState<InputStamp> {
        let before = stamp
        if console.answers.isTerminal { console.answers.write("\u{1B}[H\u{1B}[2J\u{1B}[3J") }
        var read: Set<String> = []
        do throws(InputError) {
            read = try SuiteRunner.runAll(settings, console).inputs
        } catch {
            console.report(error.diagnostics, error.sources)
        }
        let isChanged = stamp != before
        inputs.formUnion(read)
        console.messages.write(
            "authz: waiting for a change of \(settings.suites.files.count) suites, ")
        console.messages.write("their policies and what they name (Ctrl-C ends)\n")
        return ReloadState(stamp: isChanged ? before : stamp)
    }
}
