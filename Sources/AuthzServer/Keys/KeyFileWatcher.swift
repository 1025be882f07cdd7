import AuthzCore
import AuthzPolicy
package import Logging
import ServiceLifecycle

/// Reads files of keys again when they change; a file that is broken or gone leaves the keys before it in force.
///
/// It looks at them from time to time and does not ask the kernel for events: those follow neither the links of a Kubernetes
/// mount nor a network file system.
package struct KeyFileWatcher: Service {
    private let paths: [String]
    private let interval: Duration
    private let sink: any KeySetSink
    private let board: KeyStatusBoard
    private let logger: Logger

    /// - Parameters:
    ///   - sink: Knows the files by their place in this list.
    ///   - board: Holds a status for each file, in this order.
    package init(
        paths: [String], interval: Duration = .seconds(1), sink: any KeySetSink, board: KeyStatusBoard, logger: Logger
    ) {
        self.paths = paths
        self.interval = interval
        self.sink = sink
        self.board = board
        self.logger = logger
    }

    /// Returns when its task is cancelled or the group shuts down gracefully.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var states = paths.map { _ in KeyFileState() }
            while !Task.isCancelled {
                if !paths.isEmpty { states = await look(states) }
                try? await Task.sleep(for: paths.isEmpty ? .seconds(3600) : interval)
            }
        }
    }

    /// Looks at every file, on a thread of its own: a file may be slow to read, and long. Where no thread can be had, the next look
    /// comes as soon.
    private func look(_ states: [KeyFileState]) async -> [KeyFileState] {
        do throws(ThreadStartError) {
            let looked = try await BlockingThread.value(of: { () -> [KeyFileState] in
                var states = states
                for index in paths.indices { look(at: index, &states[index]) }
                return states
            })
            return looked ?? states
        } catch {
            return states
        }
    }

    private func look(at index: Int, _ state: inout KeyFileState) {
        let path = paths[index]
        // Taken before reading: what changes in between is seen at the next look.
        guard state.needsReading(FileStamp(of: path)) else {
            return board.update(index) { status in
                if status.lastError == nil { status.lastSuccess = .now }
            }
        }
        let content: [UInt8]
        do throws(InputFile.Failure) {
            content = try InputFile.read(path).bytes
        } catch {
            if error.cause == .tooLarge {
                return noteProblem("\(path.quoted): \(error.message)", of: index) { state.failed(with: $0) }
            }
            return noteProblem(error.message, of: index) { state.couldNotBeRead($0) }
        }
        if state.isInForce(content) {
            state.succeeded(with: content)
            return note(nil, of: index) { $0.confirmations += 1 }
        }
        switch sink.read(content, of: index) {
        case .keySet(let keySet):
            keySet.install()
            state.succeeded(with: content)
            logger.info("keys read", metadata: ["source": "\(path)", "keys": "\(keySet.keys)"])
            for remark in keySet.remarks {
                logger.warning("key left out", metadata: ["source": "\(path)", "key": "\(remark)"])
            }
            note(nil, of: index) { status in
                status.keyCount = keySet.keys
                status.successes += 1
            }
        case .refused(let reason):
            noteProblem("\(Self.place(in: content, of: path)): \(reason)", of: index) { state.failed(with: $0) }
        }
    }

    /// - Parameter isNew: Takes the problem in, and says whether it was not known before.
    private func noteProblem(_ problem: String, of index: Int, isNew: (String) -> Bool) {
        if isNew(problem) {
            logger.warning(
                "keys not read; those before stay", metadata: ["source": "\(paths[index])", "error": "\(problem)"])
        }
        note(problem, of: index) { $0.failures += 1 }
    }

    private func note(_ problem: String?, of index: Int, _ change: (inout KeySourceStatus) -> Void) {
        board.update(index) { status in
            status.hasBeenTried = true
            status.lastError = problem
            if problem == nil { status.lastSuccess = .now }
            change(&status)
        }
    }

    /// Where the file stops to be JSON; its beginning where it is JSON, but no key set.
    private static func place(in content: [UInt8], of path: String) -> SourceLocation {
        var tape = JSONTape()
        var location = SourceLocation(file: path, line: 1, column: 1)
        do throws(JSONError) {
            try tape.scan(content.span)
        } catch {
            let before = content.prefix(error.offset)
            location.line += before.count { $0 == UInt8(ascii: "\n") }
            let line = before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).last ?? []
            location.column += String(decoding: line, as: UTF8.self).count
        }
        return location
    }
}
