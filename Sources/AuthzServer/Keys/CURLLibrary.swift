import CCurl

/// The one-time set-up of libcurl, which must not happen twice at once.
enum CURLLibrary {
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
