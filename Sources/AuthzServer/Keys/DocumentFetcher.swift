import AuthzCore
import CCurl

/// Fetches a document over HTTP(S) with libcurl, checking each address at the moment of connecting to it.
///
/// libcurl and not an HTTP client of the event loops, because its open-socket callback is handed the very address that comes
/// next, after name resolution and on each redirect: there is no second look-up between check and use. It blocks, so it
/// belongs on a thread of its own. Proxies named by the environment are not used: a proxy would connect unchecked.
package struct DocumentFetcher: Sendable {
    package var limits: FetchLimits
    package var addresses: AddressGuard

    package init(limits: FetchLimits = FetchLimits(), addresses: AddressGuard = .standard) {
        self.limits = limits
        self.addresses = addresses
    }

    /// Blocks until the answer is there, as long as the other `fetch` with ``FetchLimits/timeout``.
    package func fetch(_ url: String) throws(FetchError) -> FetchedDocument {
        guard case .document(let document) = try fetch(url, since: nil) else { throw .status(304) }
        return document
    }

    /// Blocks until the answer is there or the time is up; where a name is looked up then, until the system gives that up, which may
    /// take half a minute. Who must not wait so long leaves the thread alone.
    ///
    /// - Parameters:
    ///   - validators: Of what is already there; `nil` or empty ask for the document in any case.
    ///   - timeout: ``FetchLimits/timeout`` where `nil`.
    ///   - cancellation: Looked at about once a second.
    package func fetch(
        _ url: String, since validators: Validators?, timeout: Duration? = nil,
        cancellation: CancellationFlag = CancellationFlag()
    ) throws(FetchError) -> FetchAnswer {
        guard !url.isEmpty, url.utf8.count <= 8192, url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw .invalidURL
        }
        guard CURLLibrary.isReady, let handle = curl_easy_init() else { throw .transport("libcurl did not start") }
        defer { curl_easy_cleanup(handle) }
        let transfer = Transfer(limits: limits, addresses: addresses, cancellation: cancellation)
        var lines: UnsafeMutablePointer<curl_slist>?
        for line in validators?.headerLines ?? [] { lines = curl_slist_append(lines, line) }
        defer { curl_slist_free_all(lines) }
        guard authz_curl_set_list(handle, CURLOPT_HTTPHEADER, lines) == CURLE_OK else {
            throw .transport("libcurl did not start")
        }
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        let code = withExtendedLifetime(transfer) {
            configure(handle, url: url, timeout: timeout ?? limits.timeout, context: context)
                ?? curl_easy_perform(handle)
        }
        if let failure = failure(of: transfer, code: code) { throw failure }
        var status = 0
        guard authz_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK else { throw .status(0) }
        if status == 304, validators?.isEmpty == false { return .notModified(headers: transfer.headers) }
        guard (200...299).contains(status) else { throw .status(status) }
        return .document(FetchedDocument(body: transfer.body, headers: transfer.headers))
    }

    /// Sets every option; the first that is refused is the answer.
    private func configure(
        _ handle: UnsafeMutableRawPointer, url: String, timeout: Duration, context: UnsafeMutableRawPointer
    ) -> CURLcode? {
        let schemes = limits.allowsHTTP ? "http,https" : "https"
        let (seconds, attoseconds) = timeout.components
        let milliseconds = max(1, min(Int(seconds), 3600) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
        let codes = [
            authz_curl_set_string(handle, CURLOPT_URL, url),
            authz_curl_set_string(handle, CURLOPT_PROTOCOLS_STR, schemes),
            authz_curl_set_string(handle, CURLOPT_REDIR_PROTOCOLS_STR, schemes),
            authz_curl_set_string(handle, CURLOPT_PROXY, ""),
            authz_curl_set_string(handle, CURLOPT_USERAGENT, "authz"),
            authz_curl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            authz_curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 1),
            authz_curl_set_long(handle, CURLOPT_MAXREDIRS, limits.maximumRedirects),
            authz_curl_set_long(handle, CURLOPT_TIMEOUT_MS, milliseconds),
            authz_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds),
            authz_curl_set_long(handle, CURLOPT_MAXFILESIZE, limits.maximumBytes),
            authz_curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            authz_curl_on_open_socket(handle, openGuardedSocket, context),
            authz_curl_on_body(handle, takeBody, context),
            authz_curl_on_header(handle, takeHeader, context),
            authz_curl_on_progress(handle, checkProgress, context),
        ]
        return codes.first { $0 != CURLE_OK }
    }

    private func failure(of transfer: Transfer, code: CURLcode) -> FetchError? {
        if code == CURLE_OK { return nil }
        if let refused = transfer.refusedAddress { return .addressNotAllowed(refused) }
        if transfer.isTooLarge { return .tooLarge(maximumBytes: limits.maximumBytes) }
        return switch code {
        case CURLE_UNSUPPORTED_PROTOCOL: .schemeNotAllowed(allowsHTTP: limits.allowsHTTP)
        case CURLE_URL_MALFORMAT: .invalidURL
        case CURLE_TOO_MANY_REDIRECTS: .tooManyRedirects(limit: limits.maximumRedirects)
        case CURLE_FILESIZE_EXCEEDED: .tooLarge(maximumBytes: limits.maximumBytes)
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_ABORTED_BY_CALLBACK: .cancelled
        // What libcurl says of a line of 100 KiB, too.
        case CURLE_OUT_OF_MEMORY: .transport("a header line is too long, or memory ran out")
        default: .transport(String(cString: curl_easy_strerror(code)))
        }
    }
}

/// What the callbacks of one fetch share. A class because libcurl carries a pointer to it; one thread uses it.
private final class Transfer {
    let limits: FetchLimits
    let addresses: AddressGuard
    let cancellation: CancellationFlag
    var body: [UInt8] = []
    var headers: [String: String] = [:]
    var headerBytes = 0
    /// Whether the empty line behind the last status line has come.
    var areHeadersComplete = false
    var isTooLarge = false
    var refusedAddress: IPAddress?

    init(limits: FetchLimits, addresses: AddressGuard, cancellation: CancellationFlag) {
        self.limits = limits
        self.addresses = addresses
        self.cancellation = cancellation
    }

    /// - Returns: Whether the transfer may go on.
    func take(body piece: UnsafeRawBufferPointer) -> Bool {
        guard body.count + piece.count <= limits.maximumBytes else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: piece)
        return true
    }

    /// - Returns: Whether the transfer may go on.
    func take(header line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= limits.maximumHeaderBytes else {
            isTooLarge = true
            return false
        }
        // libcurl hands over no body but that of the last answer: what comes behind it are trailer fields.
        guard body.isEmpty else { return true }
        let text = String(decoding: line, as: UTF8.self)
        if Self.isStatusLine(text) {
            // The headers of a redirect are not those of the document.
            headers.removeAll()
            areHeadersComplete = false
        } else if areHeadersComplete {
            return true
        } else if text == "\r\n" || text == "\n" {
            areHeadersComplete = true
        } else if let colon = text.firstIndex(of: ":") {
            let (name, value) = (text[..<colon].lowercased(), trimmed(text[text.index(after: colon)...]))
            headers[name] = headers[name].map { "\($0), \(value)" } ?? value
        }
        return true
    }

    /// Whether the line begins an answer (RFC 9112 §4). A field may have a name that begins like one.
    private static func isStatusLine(_ text: String) -> Bool {
        let start = text.utf8.prefix { $0 > 0x20 }
        return text.hasPrefix("HTTP/") && !start.contains(UInt8(ascii: ":"))
            && start.dropFirst(5).first.map { (0x30...0x39).contains($0) } == true
    }

    /// Counts what has come of the body, of a redirect's too, which is handed over to nobody.
    ///
    /// - Returns: Whether the transfer may go on.
    func goOn(received: Int) -> Bool {
        if received > limits.maximumBytes { isTooLarge = true }
        return !isTooLarge && !cancellation.isCancelled
    }

    private func trimmed(_ text: Substring) -> String {
        let bytes = text.utf8.drop { $0 <= 0x20 }
        guard let last = bytes.lastIndex(where: { $0 > 0x20 }) else { return "" }
        return String(decoding: bytes[...last], as: UTF8.self)
    }

    func permits(_ address: IPAddress?) -> Bool {
        guard let address else { return false }
        if addresses.permits(address) { return true }
        refusedAddress = address
        return false
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    guard let context else { return nil }
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}

private func takeBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer(context)?.take(body: piece) == true ? piece.count : 0
}

private func takeHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer(context)?.take(header: line) == true ? line.count : 0
}

private func checkProgress(
    _ context: UnsafeMutableRawPointer?, _: curl_off_t, _ received: curl_off_t, _: curl_off_t, _: curl_off_t
) -> CInt {
    transfer(context)?.goOn(received: Int(received)) == true ? 0 : 1
}

private func openGuardedSocket(
    _ context: UnsafeMutableRawPointer?, _: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let address, let transfer = transfer(context), transfer.permits(ipAddress(of: address)) else {
        return authz_curl_no_socket()
    }
    return authz_curl_open(address)
}

/// The address that libcurl is about to connect to; `nil` where it is neither IPv4 nor IPv6.
private func ipAddress(of address: UnsafeMutablePointer<curl_sockaddr>) -> IPAddress? {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { bytes in
        let count = Int(authz_curl_address_bytes(address, bytes.baseAddress))
        var words: (high: UInt64, low: UInt64) = (0, 0)
        for byte in bytes.prefix(count) {
            words = (words.high << 8 | words.low >> 56, words.low << 8 | UInt64(byte))
        }
        return switch count {
        case 4: IPAddress(v4: UInt32(truncatingIfNeeded: words.low))
        case 16: IPAddress(high: words.high, low: words.low)
        default: nil
        }
    }
}
