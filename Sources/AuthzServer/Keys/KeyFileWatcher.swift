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

    /// What a look at every file brought.
    private struct Look: Sendable {
        var states: [KeyFileState]
        /// Key sets that are not in force yet, each with the place of its file.
        var found: [(keySet: ReadKeySet, index: Int)] = []
    }

    /// Looks at every file, on a thread of its own: a file may be slow to read, and long. Where no thread can be had, the next look
    /// comes as soon.
    private func look(_ states: [KeyFileState]) async -> [KeyFileState] {
        do throws(ThreadStartError) {
            let looked = try await BlockingThread.value(of: { () -> Look in
                var look = Look(states: states)
                for index in paths.indices {
                    guard let keySet = self.look(at: index, &look.states[index]) else { continue }
                    look.found.append((keySet, index))
                }
                return look
            })
            // A thread that comes to its end after the task changes nothing any more: other keys may be in force by then.
            guard let looked, !Task.isCancelled else { return states }
            for (keySet, index) in looked.found { install(keySet, of: index) }
            return looked.states
        } catch {
            return states
        }
    }

    /// - Returns: The key set that the file holds, where that is not in force.
    private func look(at index: Int, _ state: inout KeyFileState) -> ReadKeySet? {
        let path = paths[index]
        // Taken before reading: what changes in between is seen at the next look.
        guard state.needsReading(FileStamp(of: path)) else {
            board.update(index) { status in
                if status.lastError == nil { status.lastSuccess = .now }
            }
            return nil
        }
        let content: [UInt8]
        do throws(InputFile.Failure) {
            content = try InputFile.read(path).bytes
        } catch {
            if error.cause == .tooLarge {
                noteProblem("\(path.quoted): \(error.message)", of: index) { state.failed(with: $0) }
            } else {
                noteProblem(error.message, of: index) { state.couldNotBeRead($0) }
            }
            return nil
        }
        if state.isInForce(content) {
            state.succeeded(with: content)
            note(nil, of: index) { $0.confirmations += 1 }
            return nil
        }
        switch sink.read(content, of: index) {
        case .keySet(let keySet):
            state.succeeded(with: content)
            return keySet
        case .refused(let reason):
            noteProblem("\(Self.place(in: content, of: path)): \(reason)", of: index) { state.failed(with: $0) }
            return nil
        }
    }

    private func install(_ keySet: ReadKeySet, of index: Int) {
        keySet.install()
        let path = paths[index]
        logger.info("keys read", metadata: ["source": "\(path)", "keys": "\(keySet.keys)"])
        for remark in keySet.remarks {
            logger.warning("key left out", metadata: ["source": "\(path)", "key": "\(remark)"])
        }
        note(nil, of: index) { status in
            status.keyCount = keySet.keys
            status.successes += 1
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
