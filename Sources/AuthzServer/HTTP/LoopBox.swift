/// What the connections of one event loop share. A class because they do; it never leaves its loop.
final class LoopBox<State> {
    var state: State
    var answer = Answer()

    init(_ state: State) {
        self.state = state
    }
}
