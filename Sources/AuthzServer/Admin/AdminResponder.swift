import AuthzCore
import AuthzEngine

/// Answers the admin listener: whether the process lives, whether it may be sent requests and why not, and what it measures.
package struct AdminResponder: RequestResponder {
    private enum Page {
        case health
        case readiness
        case metrics
    }

    private static let pages: [String: Page] = [
        "/healthz": .health, "/readyz": .readiness, "/metrics": .metrics,
    ]

    private let store: SnapshotStore
    private let keys: KeyStatusBoard
    private let health: ServerHealth
    private let metrics: [any MetricsSource]

    package init(store: SnapshotStore, keys: KeyStatusBoard, health: ServerHealth, metrics: [any MetricsSource] = []) {
        self.store = store
        self.keys = keys
        self.health = health
        self.metrics = metrics
    }

    package func makeLoopState() -> sending AdminLoopState { AdminLoopState() }

    package func respond(to intake: inout RequestIntake, in loop: inout AdminLoopState, with answer: inout Answer) {
        let operation = intake.request.operation
        let target = intake.request.text(operation.path)
        let path = target.prefix { $0 != "?" }
        let query = target.dropFirst(path.count + 1)
        guard let page = Self.pages[String(path)] else {
            return answer.begin(status: 404, text: "not found: /healthz, /readyz and /metrics are served here\n")
        }
        let method = operation.method
        guard intake.request.slice(method, equals: "GET") || intake.request.slice(method, equals: "HEAD") else {
            answer.begin(status: 405, text: "use GET\n")
            _ = answer.addHeader("allow") { $0.append(contentsOf: "GET, HEAD".utf8) }
            return
        }
        switch page {
        case .health: answer.begin(status: 200, text: "ok\n")
        case .readiness:
            let isVerbose = query.split(separator: "&").contains { $0 == "verbose" || $0.hasPrefix("verbose=") }
            writeReadiness(isVerbose: isVerbose, in: &loop.json, to: &answer)
        case .metrics:
            loop.metrics.removeAll()
            for source in metrics { source.write(to: &loop.metrics) }
            let bytes = loop.metrics.bytes
            answer.begin(status: 200)
            answer.setBody(.metrics) { $0.append(contentsOf: bytes) }
        }
    }

    private func writeReadiness(isVerbose: Bool, in writer: inout JSONWriter, to answer: inout Answer) {
        let readiness = Readiness(isDraining: health.isDraining, keysTried: keys.allTried)
        guard isVerbose else { return answer.begin(status: readiness.status, text: readiness.text) }
        writer.removeAll()
        write(readiness, to: &writer)
        let bytes = writer.bytes
        answer.begin(status: readiness.status)
        answer.setBody(.json) { output in
            output.append(contentsOf: bytes)
            output.append(UInt8(ascii: "\n"))
        }
    }

    private func write(_ readiness: Readiness, to writer: inout JSONWriter) {
        let point = store.current.point
        let now = ContinuousClock.now
        writer.beginObject()
        writer.name("ready")
        writer.bool(readiness == .ready)
        writer.name("draining")
        writer.bool(readiness == .draining)
        writer.member("policySet", point.policySet.digest)
        writer.member("policies", point.policySet.policyCount)
        writer.member("generation", point.generation)
        writer.name("keySets")
        writer.beginArray()
        for status in keys.all { write(status, at: now, to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private func write(_ status: KeySourceStatus, at now: ContinuousClock.Instant, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", status.kind.rawValue)
        writer.member("source", status.name)
        writer.member("issuer", status.issuer)
        writer.member("tried", status.hasBeenTried)
        writer.name("keys")
        if let count = status.keyCount { writer.integer(count) } else { writer.null() }
        writer.name("ageSeconds")
        if let time = status.lastSuccess { writer.integer((now - time).components.seconds) } else { writer.null() }
        writer.name("nextFetchSeconds")
        if let time = status.nextFetch {
            writer.integer(max((time - now).components.seconds, 0))
        } else {
            writer.null()
        }
        writer.member("lastError", status.lastError)
        writer.endObject()
    }
}
