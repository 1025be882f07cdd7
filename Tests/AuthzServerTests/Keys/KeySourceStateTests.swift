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

    @Test(
        "what an answer says about its freshness counts within bounds",
        arguments: [(nil, 300), (0, 60), (59, 60), (61, 61), (3599, 3599), (3601, 3600), (1_000_000_000, 3600)])
    func lifetime(_ lifetime: Int?, _ seconds: Int) {
        #expect(schedule.interval(lifetime: lifetime.map { .seconds($0) }) == .seconds(seconds))
    }

    @Test("the state waits as long as the answer says")
    func waits() {
        var state = KeySourceState(schedule: schedule, now: start)
        _ = state.tick(at: start)
        #expect(state.succeeded(at: start, lifetime: .seconds(600), jitter: 0) == .wait(until: time(600)))
        #expect(state.tick(at: time(599)) != .fetch)
        #expect(state.tick(at: time(600)) == .fetch)
    }

    @Test("keys that are refreshed well do not run out in between")
    func shortStale() {
        var schedule = schedule
        schedule.maximumStale = .seconds(100)
        #expect(schedule.interval(lifetime: nil) == .seconds(50))
        #expect(schedule.interval(lifetime: .seconds(3600)) == .seconds(50))
    }

    @Test("SR-27: keys count until they have not been confirmed for the longest time, failures or not")
    func stale() {
        var state = KeySourceState(schedule: schedule, now: start)
        _ = state.tick(at: start)
        _ = state.succeeded(at: start, jitter: 0)
        let end = 86_400.0
        var now = 300.0
        while now < end - 60 {
            #expect(state.tick(at: time(now)) == .fetch)
            _ = state.failed(at: time(now), jitter: 0)
            now += 60
        }
        #expect(state.tick(at: time(now)) == .fetch)
        #expect(state.failed(at: time(now), jitter: 1) == .wait(until: time(end)), "the end comes before the next try")
        #expect(state.tick(at: time(end - 0.01)) == .wait(until: time(end)))
        #expect(state.tick(at: time(end)) == .dropKeys)
        #expect(state.lastSuccess == nil)
        #expect(state.tick(at: time(end + 60)) == .fetch, "once")
        _ = state.succeeded(at: time(end + 60), jitter: 0)
        #expect(state.tick(at: time(end + 61)) == .wait(until: time(end + 360)), "and they count again")
    }

    @Test("keys that are confirmed do not age")
    func confirmed() {
        var state = KeySourceState(schedule: schedule, now: start)
        for round in 0..<1000 {
            #expect(state.tick(at: time(Double(round) * 300)) == .fetch)
            _ = state.succeeded(at: time(Double(round) * 300), jitter: 0)
        }
    }

    @Test("SR-28: a key that is wanted brings the next fetch forward, to half a minute after the last began")
    func wanted() {
        var state = KeySourceState(schedule: schedule, now: start)
        state.keyWanted(at: start)
        #expect(state.tick(at: start) == .fetch)
        state.keyWanted(at: time(1))
        #expect(state.tick(at: time(1)) == nil, "one is under way")
        _ = state.succeeded(at: time(2), jitter: 0)
        state.keyWanted(at: time(3))
        #expect(state.tick(at: time(29.9)) == .wait(until: time(30)))
        #expect(state.tick(at: time(30)) == .fetch)
        _ = state.succeeded(at: time(30), jitter: 0)
        #expect(state.tick(at: time(60)) == .wait(until: time(330)), "once")
        state.keyWanted(at: time(100))
        #expect(state.tick(at: time(100)) == .fetch, "at once where the last is long ago")
    }

    @Test("SR-28: a source that fails is asked no more often because a key is wanted")
    func wantedWhileFailing() {
        var state = KeySourceState(schedule: schedule, now: start)
        for _ in 0..<10 {
            _ = state.tick(at: start)
            _ = state.failed(at: start, jitter: 0)
        }
        state.keyWanted(at: time(31))
        #expect(state.tick(at: time(59)) == .wait(until: time(60)))
    }

    @Test("SR-28: however many tokens name unknown keys, they cause two fetches a minute")
    func flood() {
        var state = KeySourceState(schedule: schedule, now: start)
        var fetches: [Double] = []
        for step in 0..<10_000 {
            let now = Double(step) / 10
            state.keyWanted(at: time(now))
            if state.tick(at: time(now)) == .fetch {
                fetches.append(now)
                _ = state.succeeded(at: time(now), jitter: 0)
            }
        }
        #expect(fetches == stride(from: 0.0, to: 1000, by: 30).map(\.self))
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
