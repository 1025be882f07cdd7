import Foundation

/// A request by curl, which brings TLS, HTTP/2 and Unix sockets of another make.
enum Curl {
    struct Response: Equatable {
        /// 0 where there was no answer.
        var status: Int
        var body: String
        /// What curl says where there was none.
        var errors: String
    }

    /// - Parameter arguments: What curl is given beside the URL.
    static func send(_ arguments: [String], to url: String) throws -> Response {
        let child = try Child(
            URL(filePath: "/usr/bin/curl"),
            ["--silent", "--show-error", "--max-time", "30", "--path-as-is", "--write-out", "\n%{http_code}"]
                + arguments
                + [url])
        _ = try child.exitStatus()
        let output = try child.output
        let status = output.split(separator: "\n").last.flatMap { Int($0) } ?? 0
        return Response(status: status, body: String(output.dropLast(4)), errors: try child.errors)
    }
}
