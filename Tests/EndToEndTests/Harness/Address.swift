import Foundation

/// An IPv4 address and port on which something listens.
struct Address: CustomStringConvertible {
    var host: String
    var port: UInt16

    /// - Parameter text: `HOST:PORT`; `nil` if it is not that.
    init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        self.host = String(text[..<colon])
        self.port = port
    }

    var description: String { "\(host):\(port)" }
}
