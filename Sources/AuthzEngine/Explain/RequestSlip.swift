/// What people most often write that is no request of HTTP.
package enum RequestSlip {
    /// One sentence for each; empty where a request is refused for something else.
    package static func sentences(method: String, path: String, host: String = "") -> [String] {
        var sentences: [String] = []
        if method != method.uppercased() {
            sentences.append("methods are case-sensitive: `\(method)` is not `\(method.uppercased())`")
        }
        if !path.hasPrefix("/"), path != "*" {
            sentences.append("`\(path)` does not begin with `/`, as a path does")
        }
        if let end = host.firstRange(of: "://") {
            sentences.append("a host is written without `\(host[..<end.upperBound])`")
        }
        return sentences
    }
}
