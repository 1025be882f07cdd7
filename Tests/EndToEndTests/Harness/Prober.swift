import Foundation
import Synchronization

/// Asks a server about tokens again and again, and notes each answer that is not the one that is due. A class for its `deinit`.
final class Prober: Sendable {
    /// Whether a token is let through: always, never, or as the moment has it.
    enum Due: Sendable { case accepted, refused, either }

    private struct State {
        var due: [(name: String, token: String, due: Due)]
        var wrong: [String] = []
        var rounds = 0
        var isStopped = false
    }

    private let state: Mutex<State>

    /// - Parameter due: Tokens by name with the answers that are due.
    init(_ server: RunningServer, _ due: [(name: String, token: String, due: Due)]) {
        state = Mutex(State(due: due))
        let address = server.checks
        Thread.detachNewThread { [weak self] in
            while let prober = self, !prober.state.withLock({ $0.isStopped }) { prober.probe(address) }
        }
    }

    deinit { stop() }

    /// Answers that were wrong so far.
    var wrong: [String] { state.withLock { $0.wrong } }
    /// How often all tokens were tried.
    var rounds: Int { state.withLock { $0.rounds } }

    func stop() { state.withLock { $0.isStopped = true } }

    /// From now on another answer is due; what is being asked at this moment is not held against it.
    func expect(_ name: String, _ due: Due) {
        state.withLock { state in
            for index in state.due.indices where state.due[index].name == name { state.due[index].due = due }
        }
    }

    private func probe(_ address: Address) {
        for index in state.withLock({ $0.due.indices }) {
            let asked = state.withLock { $0.due[index] }
            let status: Int
            do {
                let headers = ["authorization": "Bearer \(asked.token)"]
                status = try HTTP.send("GET", "/workload/production/api/check/", to: address, headers: headers).status
            } catch {
                state.withLock { $0.wrong.append("\(asked.name): \(error)") }
                return stop()
            }
            state.withLock { state in
                // Both before and after the answer it was due.
                guard asked.due == state.due[index].due, asked.due != .either else { return }
                if (status == 200) != (asked.due == .accepted) { state.wrong.append("\(asked.name): \(status)") }
            }
        }
        state.withLock { $0.rounds += 1 }
    }
}
