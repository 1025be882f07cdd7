internal import Synchronization

/// Verifiers of one key that nobody uses at the moment. A class because the threads that use the key share it.
///
/// The one that came back last waits outside the lock: a key that one thread uses costs two atomic exchanges.
@safe final class VerifierPool: @unchecked Sendable {
    /// An owned reference to a ``PreparedVerifier``, or `nil`.
    private let last = unsafe Atomic<UnsafeRawPointer?>(nil)
    private let others = Mutex<[PreparedVerifier]>([])
    /// How many are kept: as many as threads may ask at once, and algorithms of RSA.
    private static let maximumOthers = 32

    deinit {
        _ = exchangeLast(for: nil)
    }

    /// - Returns: `nil` where none is left, and one has to be made.
    func take(_ algorithm: SignatureAlgorithm) -> PreparedVerifier? {
        guard let verifier = exchangeLast(for: nil) else { return takeOther(algorithm) }
        if verifier.algorithm == algorithm { return verifier }
        keep(verifier)
        return takeOther(algorithm)
    }

    func giveBack(_ verifier: consuming PreparedVerifier) {
        if let earlier = exchangeLast(for: verifier) { keep(earlier) }
    }

    private func exchangeLast(for verifier: consuming PreparedVerifier?) -> PreparedVerifier? {
        let new = unsafe verifier.map { unsafe UnsafeRawPointer(Unmanaged.passRetained($0).toOpaque()) }
        let old = unsafe last.exchange(new, ordering: .acquiringAndReleasing)
        return unsafe old.map { unsafe Unmanaged<PreparedVerifier>.fromOpaque($0).takeRetainedValue() }
    }

    private func takeOther(_ algorithm: SignatureAlgorithm) -> PreparedVerifier? {
        others.withLock { verifiers in
            verifiers.lastIndex { $0.algorithm == algorithm }.map { verifiers.remove(at: $0) }
        }
    }

    private func keep(_ verifier: PreparedVerifier) {
        others.withLock { verifiers in
            if verifiers.count < Self.maximumOthers { verifiers.append(verifier) }
        }
    }
}
