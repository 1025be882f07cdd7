/// The life of one HTTP/1 connection between its messages. It does no I/O.
struct ConnectionState {
    /// What to do after an answer.
    enum Next: Equatable { case keepOpen, close }

    private enum Phase { case open, closing }

    private var phase = Phase.open
    private(set) var isDraining = false
    private var clientKeepsOpen = true
    /// Whether a request has come to its end here.
    private(set) var hasAnswered = false

    /// Whether what arrives is still looked at. After the last answer it is not.
    var isOpen: Bool { phase != .closing }

    /// - Parameter keepsOpen: What the client's version and `Connection` header say.
    mutating func headArrived(keepsOpen: Bool) {
        clientKeepsOpen = keepsOpen
    }

    /// The request is complete and its answer is about to be written.
    mutating func answered() -> Next {
        phase = clientKeepsOpen && !isDraining ? .open : .closing
        hasAnswered = true
        return phase == .closing ? .close : .keepOpen
    }

    /// An answer is about to be written before the request is complete: the rest of it could not be told from a next one.
    mutating func refused() {
        phase = .closing
    }

    mutating func drain() {
        isDraining = true
    }
}
