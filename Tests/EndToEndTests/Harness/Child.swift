import Foundation

/// A program that a test runs; it ends with this value at the latest. A class for its `deinit`.
final class Child {
    private let process = Process()
    private let folder: TemporaryFolder
    private let outputFile: URL
    private let errorFile: URL

    /// Starts the program with its output in files, so that it never waits for a reader.
    ///
    /// - Parameter environment: Added to this process's, of which `AUTHZ_…` is left out.
    init(
        _ program: URL, _ arguments: [String], in directory: URL = Repository.root, input: Data,
        environment: [String: String] = [:]
    ) throws {
        folder = try TemporaryFolder()
        outputFile = try folder.write("", to: "stdout")
        errorFile = try folder.write("", to: "stderr")
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("AUTHZ_") }
            .merging(environment) { $1 }
        let inputFile = folder.url.appending(path: "stdin")
        try input.write(to: inputFile)
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
    }

    convenience init(
        _ program: URL, _ arguments: [String], in directory: URL = Repository.root, input: String = "",
        environment: [String: String] = [:]
    ) throws {
        try self.init(program, arguments, in: directory, input: Data(input.utf8), environment: environment)
    }

    deinit {
        stop(SIGKILL)
        process.waitUntilExit()
    }

    var processIdentifier: Int32 { process.processIdentifier }

    /// What it has written to standard output so far.
    var output: String { get throws { try String(contentsOf: outputFile, encoding: .utf8) } }

    /// What it has written to standard error so far.
    var errors: String { get throws { try String(contentsOf: errorFile, encoding: .utf8) } }

    func stop(_ signal: Int32 = SIGTERM) {
        if process.isRunning { kill(process.processIdentifier, signal) }
    }

    /// Waits for the end; the exit status, or minus the signal that ended it.
    func exitStatus(within limit: Duration = .seconds(60)) throws -> Int32 {
        try poll("end of \(process.arguments ?? [])", within: limit) { process.isRunning ? nil : () }
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    /// Whether it has ended by itself; what it said is then the reason to give.
    func checkRunning() throws {
        guard !process.isRunning else { return }
        throw TimedOut(description: "ended with \(process.terminationStatus): \(try errors)")
    }
}
