package import Logging
package import NIOSSL
import Synchronization

/// The certificate, key and authorities in force on a listener. A class because its connections and the watcher share it.
package final class TLSStore: Sendable {
    package let files: TLSFiles
    private let logger: Logger
    private let clock: @Sendable () -> Int64
    private let state: Mutex<State>

    private struct State {
        var material: TLSMaterial
        var status = TLSStatus()
    }

    /// Reads the files.
    ///
    /// - Parameter clock: Seconds since 1970.
    package init(_ files: TLSFiles, clock: @escaping @Sendable () -> Int64, logger: Logger) throws(TLSFileError) {
        self.files = files
        self.clock = clock
        self.logger = logger
        let material = try TLSMaterial(reading: files)
        state = Mutex(State(material: material))
        warnOfTimes(material)
    }

    /// What a new connection is to use.
    package var context: NIOSSLContext { state.withLock { $0.material.context } }

    /// Whether each connection has a certificate that was verified.
    package var verifiesClients: Bool { files.clientAuthorities != nil }

    /// What has become of it so far.
    package var status: TLSStatus {
        state.withLock { state in
            var status = state.status
            status.expiry = state.material.expiry
            return status
        }
    }

    /// Reads the files again. What is in force stays so if they cannot be used.
    ///
    /// - Returns: Whether they held something new.
    func reload() throws(TLSFileError) -> Bool {
        let fresh = try TLSMaterial(reading: files)
        let isNew = state.withLock { state in
            guard fresh.contents != state.material.contents else { return false }
            state.material = fresh
            state.status.reloads += 1
            return true
        }
        if isNew { warnOfTimes(fresh) }
        return isNew
    }

    /// The files have changed, and cannot be used.
    func noteFailure() {
        state.withLock { $0.status.failures += 1 }
    }

    func isInTime(_ certificate: NIOSSLCertificate) -> Bool {
        clock() <= Int64(certificate.notValidAfter)
    }

    /// Not more than a century, so that nothing overflows.
    func secondsLeft(of certificate: NIOSSLCertificate) -> Int64 {
        min(max(Int64(certificate.notValidAfter) - clock(), 0), 100 * 366 * 86_400)
    }

    /// A handshake has failed. At debug level, for anybody can make one fail.
    func note(refusal reason: String, of address: String?) {
        state.withLock { $0.status.refusals += 1 }
        logger.debug("TLS handshake failed", metadata: ["peer": "\(address ?? "unix")", "error": "\(reason)"])
    }

    private func warnOfTimes(_ material: TLSMaterial) {
        let now = clock()
        guard now > material.expiry || now < material.notBefore else { return }
        let problem = now > material.expiry ? "has expired" : "is not valid yet"
        logger.warning("the certificate \(problem)", metadata: ["source": "\(files.certificate)"])
    }
}
