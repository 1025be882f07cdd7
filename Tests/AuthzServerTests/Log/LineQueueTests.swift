import AuthzServer
import Dispatch
import Testing

@Suite(.timeLimit(.minutes(2))) struct LineQueueTests {
    @Test("lines are written in their order, all that were taken")
    func order() throws {
        let recorder = LineRecorder()
        let queue = LineQueue { recorder.add($0) }
        queue.offer(Array("early\n".utf8))
        try queue.start()
        for number in 0..<1000 { #expect(queue.offer(Array("\(number)\n".utf8))) }
        #expect(recorder.lines(of: queue) == ["early"] + (0..<1000).map { "\($0)" })
        #expect(!queue.offer([1]), "it takes no more")
    }

    @Test(
        "who writes slowly keeps nobody waiting: what is too much is dropped and counted, what is urgent has some room more"
    )
    func slow() throws {
        let gate = DispatchSemaphore(value: 0)
        let recorder = LineRecorder()
        let queue = LineQueue(maximumBytes: 800) { line in
            gate.wait()
            return recorder.add(line)
        }
        try queue.start()
        let line = Array(String(repeating: "x", count: 99).utf8) + [10]
        let taken = (0..<100).count { _ in queue.offer(line) }
        #expect(taken == 7)
        #expect(queue.offer(line, isUrgent: true))
        #expect(!queue.offer(line, isUrgent: true))
        for _ in 0..<8 { gate.signal() }
        #expect(recorder.lines(of: queue).count == 8)
    }

    @Test("a decision that finds no place is counted")
    func dropped() throws {
        let queue = LineQueue(maximumBytes: 0) { _ in true }
        let log = DecisionLog(to: queue, clock: { 1 })
        let fixture = try CheckFixture("", log: log)
        for _ in 0..<3 { _ = fixture.ask("GET", "/workload/prod/api/check/") }
        #expect(log.droppedCount == 3)
        var writer = MetricsWriter()
        LogMetrics(log: log).write(to: &writer)
        #expect(String(decoding: writer.bytes, as: UTF8.self).hasSuffix("\nauthz_decision_log_dropped_total 3\n"))
    }

    @Test("a decision that cannot be written is counted, a line of the server itself is not")
    func unwritten() throws {
        let queue = LineQueue { _ in false }
        let log = DecisionLog(to: queue, clock: { 1 })
        let fixture = try CheckFixture("", log: log)
        for _ in 0..<3 { _ = fixture.ask("GET", "/workload/prod/api/check/") }
        queue.offer([10], isUrgent: true)
        try queue.start()
        queue.close(within: .seconds(30))
        #expect(log.droppedCount == 3)
    }

    @Test("nobody waits for a queue that cannot be written")
    func stuck() throws {
        let gate = DispatchSemaphore(value: 0)
        let queue = LineQueue { _ in
            gate.wait()
            return true
        }
        try queue.start()
        queue.offer([10])
        queue.close(within: .milliseconds(1))
        gate.signal()
    }
}
