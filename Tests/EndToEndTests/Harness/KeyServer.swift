import Foundation

/// An HTTP server of key sets on a port that the system chose. It serves the files of a folder, never answers `/stall`, and
/// sends `/metadata` on to a link-local address.
struct KeyServer {
    private static let script = """
        import http.server, sys, threading
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                # In one piece: lines of requests at the same time must not mix.
                sys.stdout.write(self.path + "\\n")
                sys.stdout.flush()
                if self.path.startswith("/stall"):
                    threading.Event().wait()
                status, location, body = 200, None, b""
                if self.path == "/metadata":
                    status, location = 302, "http://169.254.169.254/keys.json"
                else:
                    try:
                        with open(sys.argv[1] + self.path, "rb") as file:
                            body = file.read()
                    except OSError:
                        status, body = 404, b"there is no such file"
                self.send_response(status)
                if location:
                    self.send_header("location", location)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *arguments):
                pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        print("port", server.server_port, flush=True)
        server.serve_forever()
        """

    private let child: Child
    private let folder: TemporaryFolder
    private let port: Int

    init() throws {
        let folder = try TemporaryFolder()
        let child = try Child(URL(filePath: "/usr/bin/env"), ["python3", "-c", Self.script, folder.url.path()])
        self.folder = folder
        self.child = child
        port = try poll("port of the key server") {
            try child.checkRunning()
            return try child.output.firstMatch(of: /port (\d+)\n/).flatMap { Int($0.1) }
        }
    }

    /// Where a path is served.
    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// Serves a text under a path; folders in the path are made.
    func serve(_ text: String, at path: String) throws {
        let file = folder.url.appending(path: String(path.dropFirst()))
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// How often a path has been asked for.
    func count(of path: String) throws -> Int {
        try child.output.split(separator: "\n").count { $0 == path }
    }
}
