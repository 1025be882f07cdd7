import CCurl

/// One question of a ``HealthProbe`` and its answer, by libcurl. A class because libcurl carries a pointer to it; one thread uses it.
final class HealthExchange {
    struct Reply {
        /// Of HTTP.
        var status = 0
        /// Of gRPC, from the trailers or from the head; `nil` where there is none.
        var callStatus: String?
        var body: [UInt8] = []

        /// The field `status` of a `HealthCheckResponse`: 1 is serving, 2 is not. `nil` where the body is no message.
        var servingStatus: UInt8? {
            guard body.count >= 5, body[0] == 0, Int(body[4]) == body.count - 5 else { return nil }
            let message = body[5...]
            if message.isEmpty { return 0 }
            guard message.count == 2, message.first == 1 << 3 else { return nil }
            return message.last
        }
    }

    /// A health answer has a few bytes.
    private static let maximumBytes = 64 << 10
    /// An empty `HealthCheckRequest`, uncompressed.
    private static let message = [CChar](repeating: 0, count: 5)

    private var reply = Reply()

    private init() {}

    /// Blocks until the answer is there, or the time is up.
    static func run(_ probe: HealthProbe) throws(FetchError) -> Reply {
        guard CURLLibrary.isReady, let handle = curl_easy_init() else { throw .transport("libcurl did not start") }
        defer { curl_easy_cleanup(handle) }
        var lines: UnsafeMutablePointer<curl_slist>?
        if probe.question == .call {
            for line in ["content-type: application/grpc", "te: trailers"] { lines = curl_slist_append(lines, line) }
        }
        defer { curl_slist_free_all(lines) }
        let exchange = HealthExchange()
        let context = Unmanaged.passUnretained(exchange).toOpaque()
        let code = withExtendedLifetime(exchange) {
            configure(handle, probe, lines, context) ?? curl_easy_perform(handle)
        }
        switch code {
        case CURLE_OK: break
        case CURLE_OPERATION_TIMEDOUT: throw .timedOut
        case CURLE_URL_MALFORMAT: throw .invalidURL
        default: throw .transport(String(cString: curl_easy_strerror(code)))
        }
        guard authz_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &exchange.reply.status) == CURLE_OK else {
            throw .status(0)
        }
        return exchange.reply
    }

    /// Sets every option; the first that is refused is the answer.
    private static func configure(
        _ handle: UnsafeMutableRawPointer, _ probe: HealthProbe, _ lines: UnsafeMutablePointer<curl_slist>?,
        _ context: UnsafeMutableRawPointer
    ) -> CURLcode? {
        var codes = [
            authz_curl_set_string(handle, CURLOPT_URL, probe.url),
            authz_curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https"),
            authz_curl_set_string(handle, CURLOPT_PROXY, ""),
            authz_curl_set_string(handle, CURLOPT_USERAGENT, "authz"),
            authz_curl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            authz_curl_set_long(handle, CURLOPT_TIMEOUT_MS, max(1, Int(probe.timeout / .milliseconds(1)))),
            authz_curl_set_list(handle, CURLOPT_HTTPHEADER, lines),
            authz_curl_on_body(handle, takeBody, context),
            authz_curl_on_header(handle, takeHeader, context),
        ]
        if case .unixSocket(let path) = probe.address {
            codes.append(authz_curl_set_string(handle, CURLOPT_UNIX_SOCKET_PATH, path))
        }
        if probe.question == .call {
            codes.append(authz_curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE)))
            codes.append(authz_curl_set_long(handle, CURLOPT_POSTFIELDSIZE, message.count))
            codes.append(authz_curl_set_string(handle, CURLOPT_COPYPOSTFIELDS, message))
        }
        if let tls = probe.tls {
            if let path = tls.authorities { codes.append(authz_curl_set_string(handle, CURLOPT_CAINFO, path)) }
            codes.append(authz_curl_set_long(handle, CURLOPT_SSL_VERIFYHOST, tls.verifiesName ? 2 : 0))
            if let path = tls.certificate { codes.append(authz_curl_set_string(handle, CURLOPT_SSLCERT, path)) }
            if let path = tls.key { codes.append(authz_curl_set_string(handle, CURLOPT_SSLKEY, path)) }
        }
        return codes.first { $0 != CURLE_OK }
    }

    fileprivate func take(body piece: UnsafeRawBufferPointer) -> Bool {
        guard reply.body.count + piece.count <= Self.maximumBytes else { return false }
        reply.body.append(contentsOf: piece)
        return true
    }

    fileprivate func take(header line: UnsafeRawBufferPointer) {
        let parts = String(decoding: line, as: UTF8.self).split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "grpc-status" else { return }
        reply.callStatus = parts[1].filter(\.isNumber)
    }
}

private func takeBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let exchange = Unmanaged<HealthExchange>.fromOpaque(context).takeUnretainedValue()
    return exchange.take(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private func takeHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let exchange = Unmanaged<HealthExchange>.fromOpaque(context).takeUnretainedValue()
    exchange.take(header: UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
}
