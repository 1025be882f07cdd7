import AuthzCore
import AuthzPolicy

/// Why the files of ``TLSFiles`` cannot be used.
package enum TLSFileError: Error, Sendable, Equatable {
    /// What the system says of the file.
    case unreadable(path: String, message: String)
    /// No certificate in PEM, or one that is broken.
    case noCertificate(path: String)
    /// No private key in PEM, or one that is broken or has a passphrase.
    case noKey(path: String)
    case keyOfAnotherCertificate(key: String, certificate: String)
    case unusable(path: String, reason: String)

    init(_ failure: InputFile.Failure) {
        let message = failure.cause == .tooLarge ? "\(failure.path.quoted): \(failure.message)" : failure.message
        self = .unreadable(path: failure.path, message: message)
    }
}

extension TLSFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(_, let message): message
        case .noCertificate(let path):
            "\(path.quoted) holds no certificate; expected PEM, from `-----BEGIN CERTIFICATE-----` on"
        case .noKey(let path):
            "\(path.quoted) holds no private key; expected PEM, from `-----BEGIN PRIVATE KEY-----` on, without a passphrase"
        case .keyOfAnotherCertificate(let key, let certificate):
            "the key \(key.quoted) is not that of the first certificate in \(certificate.quoted); "
                + "the server's own certificate comes first, its authorities behind it"
        case .unusable(let path, let reason): "the certificate in \(path.quoted) cannot be used: \(reason)"
        }
    }
}
