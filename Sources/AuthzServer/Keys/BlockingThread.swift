import Glibc

/// Runs what blocks on a thread of its own: however many wait, nobody waits for another.
enum BlockingThread {
    private final class Start {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// The thread could not be started.
    struct StartError: Error, CustomStringConvertible {
        let code: Int32

        var description: String { "no thread could be started (error \(code))" }
    }

    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let start = Unmanaged.passRetained(Start { continuation.resume(with: Result(catching: body)) })
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                { context in
                    if let context { Unmanaged<Start>.fromOpaque(context).takeRetainedValue().body() }
                    return nil
                }, start.toOpaque())
            guard code == 0 else {
                start.release()
                return continuation.resume(throwing: StartError(code: code))
            }
            pthread_detach(thread)
        }
    }
}
