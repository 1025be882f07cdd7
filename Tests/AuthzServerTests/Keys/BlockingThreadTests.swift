import AuthzServer
import Testing

@Suite(.timeLimit(.minutes(2))) struct BlockingThreadTests {
    private static let never = Duration.seconds(3600)

    @Test("who waits gets what the thread brings, also when there are several")
    func value() async throws {
        let gate = Gate()
        let thread = try BlockingThread {
            gate.wait()
            return 7
        }
        #expect(thread.value == nil)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 { group.addTask { await thread.wait(until: .now + Self.never) } }
            gate.open()
        }
        #expect(thread.value == 7)
        await thread.wait(until: .now + Self.never)
    }

    @Test("who waits for a time waits no longer, and can wait again")
    func time() async throws {
        let gate = Gate()
        let thread = try BlockingThread { gate.wait() }
        await thread.wait(until: .now)
        await thread.wait(until: .now + .milliseconds(5))
        #expect(thread.value == nil)
        gate.open()
        await thread.wait(until: .now + Self.never)
        #expect(thread.value != nil)
    }

    @Test("who is cancelled does not wait, before or meanwhile")
    func cancellation() async throws {
        let gate = Gate()
        defer { gate.open() }
        let thread = try BlockingThread { gate.wait() }
        for _ in 0..<50 {
            let task = Task { await thread.wait(until: .now + Self.never) }
            await Task.yield()
            task.cancel()
            await task.value
        }
        #expect(thread.value == nil)
    }

    @Test("a thread's value is waited for, but not by who is cancelled")
    func valueOfBody() async throws {
        #expect(try await BlockingThread.value(of: { 7 }) == 7)
        let gate = Gate()
        defer { gate.open() }
        let task = Task { try await BlockingThread.value(of: { gate.wait() }) }
        task.cancel()
        #expect(try await task.value == nil)
    }
}
