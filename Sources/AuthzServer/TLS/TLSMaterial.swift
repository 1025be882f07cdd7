import AuthzPolicy
import NIOCore
import NIOSSL

/// What the files of ``TLSFiles`` hold, ready for connections.
struct TLSMaterial: Sendable {
    static let http1Protocol = "http/1.1"
    static let http2Protocol = "h2"

    let context: NIOSSLContext
    /// When the listener's own certificate expires, or one of those it is sent with, in seconds since 1970.
    let expiry: Int64
    let notBefore: Int64
    /// What was read: the same again is no news.
    let contents: [[UInt8]]

    /// Reads the files; the names of clients are not compared with anything, as they connect from anywhere.
    init(reading files: TLSFiles) throws(TLSFileError) {
        let chainBytes = try Self.read(files.certificate)
        let keyBytes = try Self.read(files.key)
        let chain = try Self.certificates(in: chainBytes, of: files.certificate)
        let key: NIOSSLPrivateKey
        do {
            // An empty passphrase: asking for one on the terminal is no way for a server.
            key = try NIOSSLPrivateKey(bytes: keyBytes, format: .pem) { $0([UInt8]()) }
        } catch {
            throw .noKey(path: files.key)
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = [Self.http2Protocol, Self.http1Protocol]
        configuration.shutdownTimeout = .seconds(1)
        var contents = [chainBytes, keyBytes]
        if let path = files.clientAuthorities {
            let bytes = try Self.read(path)
            configuration.trustRoots = .certificates(try Self.certificates(in: bytes, of: path))
            configuration.certificateVerification = .noHostnameVerification
            contents.append(bytes)
        }
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch NIOSSLError.failedToLoadPrivateKey {
            throw .keyOfAnotherCertificate(key: files.key, certificate: files.certificate)
        } catch {
            throw .unusable(path: files.certificate, reason: "\(error)")
        }
        expiry = chain.map { Int64($0.notValidAfter) }.min() ?? 0
        notBefore = chain.map { Int64($0.notValidBefore) }.max() ?? 0
        self.contents = contents
    }

    private static func read(_ path: String) throws(TLSFileError) -> [UInt8] {
        do throws(InputFile.Failure) {
            return try InputFile.read(path).bytes
        } catch {
            throw TLSFileError(error)
        }
    }

    private static func certificates(in bytes: [UInt8], of path: String) throws(TLSFileError) -> [NIOSSLCertificate] {
        do {
            // An empty buffer has no address, which the library does not expect.
            guard !bytes.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
            return try NIOSSLCertificate.fromPEMBytes(bytes)
        } catch {
            throw .noCertificate(path: path)
        }
    }
}
