/// Runs what blocks on a thread of its own and waits for its end, without holding a thread that others need.
enum BlockingCall {
    /// - Throws: What the body throws, and ``ThreadStartError``.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            do throws(ThreadStartError) {
                try DetachedThread.start { continuation.resume(with: Result(catching: body)) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
