import AuthzCore
import AuthzEngine
import AuthzPolicy

/// The curl command that sends a request: as it was where it is allowed, else with the smallest change. Credentials are variables.
struct CurlCommand {
    let text: String

    init(_ request: ExplainedRequest) {
        let isAllowed = request.explanation.report.outcome == .allow
        guard
            let document = isAllowed ? request.input.document : request.counterfactual.request?.changes.first?.document
        else {
            text = "# no request to this workload is allowed that differs in a few fields"
            return
        }
        text = Self.command(document)
    }

    private static let secrets: Set<String> = ["authorization", "cookie", "proxy-authorization", "x-api-key"]

    private static func command(_ document: RequestDocument) -> String {
        var notes: [String] = []
        if let principal = document.source.principal {
            notes.append("# over mutual TLS as \(principal.escapingControls)")
        } else {
            notes.append(document.source.isUnknown ? "# of an unknown peer" : "# over plaintext")
        }
        if let ip = document.source.remoteIP ?? document.source.ip { notes.append("# from \(ip)") }
        guard let http = document.request else {
            let port = document.destination.port.map { "\($0)" } ?? "PORT"
            return (notes + ["# a TCP connection to port \(port), which curl does not make"]).joined(separator: "\n")
        }
        var words = ["curl", "-i"]
        if http.method == "HEAD" {
            words.append("-I")
        } else if http.method != "GET" {
            words += ["-X", quoted(http.method)]
        }
        // A path stays as it is, dots and all.
        words.append("--path-as-is")
        let scheme = http.scheme ?? "http"
        let destination = document.destination
        let authority = http.host.isEmpty ? Self.authority(of: destination) : http.host
        if let port = destination.port { notes.append("# to port \(port) of the workload") }
        words.append(quoted("\(scheme)://\(authority)\(http.path)"))
        for header in http.headers {
            let name = header.name.lowercased()
            if secrets.contains(name) {
                let variable = name.uppercased().replacing("-", with: "_")
                words += ["-H", "\"\(name): $\(variable)\""]
            } else {
                words += ["-H", quoted(header.value.isEmpty ? "\(name);" : "\(name): \(header.value)")]
            }
        }
        switch document.token {
        case nil: break
        case .compact: words += ["-H", "\"authorization: Bearer $TOKEN\""]
        case .claims(let json, _, _):
            notes.append("# TOKEN: signed by its issuer, with the claims \(json.escapingControls)")
            words += ["-H", "\"authorization: Bearer $TOKEN\""]
        }
        return (notes + [words.joined(separator: " ")]).joined(separator: "\n")
    }

    private static func authority(of destination: RequestDocument.Destination) -> String {
        guard let workload = destination.workload?.value else { return "HOST" }
        return workload.split(separator: "/").reversed().joined(separator: ".")
    }

    /// One word for a POSIX shell.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._/:".utf8.contains(byte)
        }
        return isPlain && !text.isEmpty ? text : "'\(text.replacing("'", with: #"'\''"#))'"
    }
}
