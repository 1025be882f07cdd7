import AuthzServer
import Testing

@Suite struct ReloadStateTests {
    enum Event: Sendable {
        case look(Int)
        case request
        /// The load is done: what the files looked like before it, and whether it failed for a reason outside of them.
        case finished(Int, isToRetry: Bool = false)
        /// The files changed during the load to this.
        case changed(Int)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var events: [Event], actions: [ReloadState<Int>.Action?], why: String
        var testDescription: String { why }
    }

    @Test(
        "policies are loaded once their files have changed and come to rest, or when somebody asks",
        arguments: [
            Case(events: [.look(1), .look(1)], actions: [.wait, .wait], why: "nothing changes"),
            Case(events: [.look(2)], actions: [.waitForRest], why: "a change is not acted on at once"),
            Case(
                events: [.look(2), .look(2), .finished(2), .look(2)], actions: [.waitForRest, .load, .wait, .wait],
                why: "what has come to rest is loaded once"),
            Case(
                events: [.look(2), .look(3), .look(3)], actions: [.waitForRest, .waitForRest, .load],
                why: "what changes again is waited for"),
            Case(
                events: [.look(2), .look(1), .look(1)], actions: [.waitForRest, .waitForRest, .load],
                why: "back to what was: it may have been read in between by nobody, or by us"),
            Case(
                events: [.look(2), .look(2), .look(3), .finished(2), .look(3), .look(3)],
                actions: [.waitForRest, .load, .wait, .wait, .waitForRest, .load],
                why: "a change while loading is seen afterwards"),
            Case(
                events: [.look(2), .look(2), .finished(3), .look(3)], actions: [.waitForRest, .load, .wait, .wait],
                why: "what the load itself saw counts, not the look before it"),
            Case(events: [.request], actions: [.load], why: "a request needs no change"),
            Case(
                events: [.look(2), .request, .finished(2), .look(2)], actions: [.waitForRest, .load, .wait, .wait],
                why: "a request waits for nothing, and counts as the load of the change"),
            Case(
                events: [.request, .request, .request, .finished(1), .finished(1), .look(1)],
                actions: [.load, nil, nil, .load, .wait, .wait],
                why: "requests while loading are one more load, however many"),
            Case(
                events: [.request, .changed(2), .look(2), .finished(2), .look(2)],
                actions: [.load, nil, .load, .wait, .wait],
                why: "what changed while it was read is read again, once it rests"),
            Case(
                events: [.request, .changed(2), .look(3), .look(3)],
                actions: [.load, nil, .waitForRest, .load],
                why: "what goes on changing is waited for"),
        ])
    func transitions(_ c: Case) {
        var state = ReloadState(stamp: 1)
        let actions = c.events.map { event -> ReloadState<Int>.Action? in
            switch event {
            case .look(let stamp): return state.looked(stamp, isChange: !=)
            case .request: return state.requested()
            case .finished(let stamp, let isToRetry): return state.finished(stamp, isToRetry: isToRetry)
            case .changed(let stamp):
                let isTooLong = state.changedMeanwhile(stamp)
                #expect(!isTooLong)
                return nil
            }
        }
        #expect(actions == c.actions)
    }

    @Test("files that never come to rest are loaded nevertheless")
    func restless() {
        var state = ReloadState(stamp: 0)
        let actions = (1...ReloadState<Int>.maximumLooks + 1).map { state.looked($0, isChange: !=) }
        #expect(actions.dropLast().allSatisfy { $0 == .waitForRest })
        #expect(actions.last == .load)
    }

    @Test("what failed for a reason outside the files is tried again after some looks, what is wrong in them is not")
    func retry() {
        for isToRetry in [true, false] {
            var state = ReloadState(stamp: 1)
            #expect(state.requested() == .load)
            for _ in 0..<2 {
                #expect(state.finished(1, isToRetry: isToRetry) == .wait)
                let actions = (0..<ReloadState<Int>.looksToRetry).map { _ in state.looked(1, isChange: !=) }
                #expect(actions.dropLast().allSatisfy { $0 == .wait })
                #expect(actions.last == (isToRetry ? .load : .wait))
                #expect(state.isRetry == isToRetry)
            }
        }
    }

    @Test("files that change during each load are given up, and looked at further on")
    func neverTheSame() {
        var state = ReloadState(stamp: 0)
        #expect(state.requested() == .load)
        for number in 1...ReloadState<Int>.maximumLooks {
            let isTooLong = state.changedMeanwhile(number)
            #expect(!isTooLong)
            #expect(state.looked(number, isChange: !=) == .load)
        }
        let isTooLong = state.changedMeanwhile(100)
        #expect(isTooLong)
        #expect(state.looked(100, isChange: !=) == .load)
    }

    @Test("what is no change for the owner is remembered all the same")
    func absorbed() {
        var state = ReloadState(stamp: [1, 1])
        let first = { (before: [Int], now: [Int]) in before[0] != now[0] }
        #expect(state.looked([1, 2], isChange: first) == .wait)
        #expect(state.looked([1, 2], isChange: !=) == .wait)
        #expect(state.looked([1, 3], isChange: !=) == .waitForRest)
    }
}
