import AuthzServer
import Testing

@Suite struct KeySourceStateTests {
    private let start = ContinuousClock.now
    private let schedule = KeySchedule()

    private func time(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

    @Test("the first fetch is due at once, and only one is under way")
    func first() {
        var state = KeySourceState(schedule: schedule, now: start)
        #expect(state.tick(at: start) == .fetch)
        #expect(state.tick(at: time(1)) == nil)
        #expect(state.nextFetch == nil)
        #expect(!state.hasBeenTried)
    }

    @Test("after a good fetch the next one is due after the interval")
    func refresh() {
        var state = KeySourceState(schedule: schedule, now: start)
        _ = state.tick(at: start)
        #expect(state.succeeded(at: start, jitter: 0) == .wait(until: time(300)))
        #expect(state.tick(at: time(299.9)) == .wait(until: time(300)))
        #expect(state.tick(at: time(300)) == .fetch)
        #expect(state.hasBeenTried)
        #expect(state.lastSuccess == start)
    }

    @Test("jitter moves the next fetch by a tenth at most", arguments: [(-1.0, 270.0), (1.0, 330.0), (7.0, 330.0)])
    func jitter(_ jitter: Double, _ seconds: Double) {
        var state = KeySourceState(schedule: schedule, now: start)
        _ = state.tick(at: start)
        _ = state.succeeded(at: start, jitter: jitter)
        #expect(state.tick(at: time(seconds - 0.01)) != .fetch)
        #expect(state.tick(at: time(seconds + 0.01)) == .fetch)
    }

    @Test("SR-27: failures are retried from under a second to a minute")
    func backOff() {
        var state = KeySourceState(schedule: schedule, now: start)
        var now = 0.0
        for delay in [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60] {
            #expect(state.tick(at: time(now)) == .fetch)
            #expect(state.failed(at: time(now), jitter: 0) == .wait(until: time(now + delay)))
            now += delay
        }
        #expect(state.failuresInARow == 10)
    }

    @Test("thousands of failures do not overflow the delay")
    func manyFailures() {
        var state = KeySourceState(schedule: schedule, now: start)
        for _ in 0..<5000 { _ = state.failed(at: start, jitter: 0) }
        #expect(state.nextFetch == time(60))
    }

    @Test("SR-27: a failure keeps the time of the last good fetch, and a good fetch ends the back-off")
    func recovery() {
        var state = KeySourceState(schedule: schedule, now: start)
        _ = state.tick(at: start)
        _ = state.succeeded(at: start, jitter: 0)
        _ = state.tick(at: time(300))
        #expect(state.failed(at: time(301), jitter: 0) == .wait(until: time(301.5)))
        #expect(state.lastSuccess == start)
        _ = state.tick(at: time(302))
        #expect(state.succeeded(at: time(302), jitter: 0) == .wait(until: time(602)))
        #expect(state.failuresInARow == 0)
    }
}
