/// What a connection is told from outside, as a user event of its channel.
enum ConnectionEvent: Sendable {
    /// The server is stopping: say so in the next answer, and close behind it.
    case drain
    /// Close now unless a request is being received.
    case closeIfIdle
}
