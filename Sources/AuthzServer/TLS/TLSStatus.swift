/// What has become of a listener's TLS so far.
package struct TLSStatus: Sendable, Equatable {
    /// When the certificate in force expires, or an earlier one that it is sent with, in seconds since 1970.
    package var expiry: Int64 = 0
    /// Changes of the files that were taken.
    package var reloads = 0
    /// Changes of the files that could not be taken.
    package var failures = 0
    /// Connections that were refused in their handshake.
    package var refusals = 0

    package init() {}
}
