import AuthzServer
import Testing

@Suite struct ReloadStateTests {
    enum Event: Sendable {
        case look(Int)
        case request(Int)
        case finished
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var events: [Event], actions: [ReloadState<Int>.Action?], why: String
        var testDescription: String { why }
    }

    @Test(
        "policies are loaded once their files have changed and come to rest, or when somebody asks",
        arguments: [
            Case(events: [.look(1), .look(1)], actions: [.wait, .wait], why: "nothing changes"),
            Case(events: [.look(2)], actions: [.waitBriefly], why: "a change is not acted on at once"),
            Case(
                events: [.look(2), .look(2), .finished, .look(2)], actions: [.waitBriefly, .load, .wait, .wait],
                why: "what has come to rest is loaded once"),
            Case(
                events: [.look(2), .look(3), .look(3)], actions: [.waitBriefly, .waitBriefly, .load],
                why: "what changes again is waited for"),
            Case(
                events: [.look(2), .look(1), .look(1)], actions: [.waitBriefly, .waitBriefly, .load],
                why: "back to what was: it may have been read in between by nobody, or by us"),
            Case(
                events: [.look(2), .look(2), .look(3), .finished, .look(3), .look(3)],
                actions: [.waitBriefly, .load, .wait, .wait, .waitBriefly, .load],
                why: "a change while loading is seen afterwards"),
            Case(events: [.request(1)], actions: [.load], why: "a request needs no change"),
            Case(
                events: [.look(2), .request(2), .finished, .look(2)], actions: [.waitBriefly, .load, .wait, .wait],
                why: "a request waits for nothing, and counts as the load of the change"),
            Case(
                events: [.request(1), .request(1), .request(1), .finished, .finished, .look(1)],
                actions: [.load, nil, nil, .load, .wait, .wait],
                why: "requests while loading are one more load, however many"),
        ])
    func transitions(_ c: Case) {
        var state = ReloadState(stamp: 1)
        let actions = c.events.map { event -> ReloadState<Int>.Action? in
            switch event {
            case .look(let stamp): state.looked(stamp)
            case .request(let stamp): state.requested(stamp)
            case .finished: state.finished()
            }
        }
        #expect(actions == c.actions)
    }

    @Test("files that never come to rest are loaded nevertheless")
    func restless() {
        var state = ReloadState(stamp: 0)
        let actions = (1...ReloadState<Int>.maximumLooks + 1).map { state.looked($0) }
        #expect(actions.dropLast().allSatisfy { $0 == .waitBriefly })
        #expect(actions.last == .load)
    }

    @Test("what is no change for the owner is remembered all the same")
    func absorbed() {
        var state = ReloadState(stamp: [1, 1])
        let first = { (before: [Int], now: [Int]) in before[0] != now[0] }
        #expect(state.looked([1, 2], isChange: first) == .wait)
        #expect(state.looked([1, 2]) == .wait)
        #expect(state.looked([1, 3]) == .waitBriefly)
    }
}
