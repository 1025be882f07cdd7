import Foundation
import Testing

/// The unit of `examples/systemd`, and a server run as it says.
@Suite struct SystemdExampleTests {
    private let unit: SystemdUnit
    /// Of `authz.env`.
    private let variables: [String: String]

    init() throws {
        unit = try SystemdUnit("examples/systemd/authz.service")
        let lines = try Repository.text(of: "examples/systemd/authz.env").split(separator: "\n")
            .filter { !$0.hasPrefix("#") }.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        variables = Dictionary(uniqueKeysWithValues: lines.map { ($0[0], $0[1]) })
    }

    /// The arguments of the program, on ports that the system chooses.
    private var arguments: [String] {
        get throws {
            let words = try #require(unit.values("ExecStart").first).split(separator: " ").map(String.init)
            #expect(words.first == "/usr/bin/authz")
            return words.dropFirst().map { $0.replacing("/etc/authz/policies", with: "policies") }
        }
    }

    private var environment: [String: String] {
        var environment = variables
        for name in ["AUTHZ_LISTEN", "AUTHZ_ADMIN_LISTEN"] { environment[name] = "127.0.0.1:0" }
        return environment
    }

    private static func analyze(_ arguments: [String], _ text: String) throws -> (status: Int32, text: String) {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            text.replacing("/usr/bin/authz", with: Repository.authz.path()), to: "authz.service")
        let child = try Child(URL(filePath: "/usr/bin/systemd-analyze"), arguments + [file.path()])
        return (try child.exitStatus(), try child.output + child.errors)
    }

    @Test("systemd finds nothing wrong with the unit, and would find a setting that does not exist")
    func verification() throws {
        let verified = try Self.analyze(["verify", "--man=no"], unit.text)
        #expect(verified.status == 0)
        #expect(!verified.text.contains("authz.service"), "\(verified.text)")
        let wrong = unit.text.replacing("NoNewPrivileges", with: "NoNewPrivilege")
        #expect(try Self.analyze(["verify", "--man=no"], wrong).text.contains("NoNewPrivilege"))
    }

    @Test("systemd rates its exposure 1.5 at most, of 10")
    func exposure() throws {
        let security = ["security", "--no-pager", "--offline=true", "--threshold=15"]
        let rated = try Self.analyze(security, unit.text)
        #expect(rated.status == 0, "\(rated.text)")
        let open = unit.text.replacing("CapabilityBoundingSet=\n", with: "").replacing("PrivateUsers=yes\n", with: "")
        #expect(try Self.analyze(security, open).status != 0)
    }

    @Test("every variable of authz.env is an option of serve, and the command line is accepted beside them")
    func options() throws {
        let result = try Child(Repository.authz, try arguments + ["--print-config"], environment: variables).result()
        #expect(result.status == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.filter { $0.hasSuffix("# environment") }.count == variables.count, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("policies: ") && $0.hasSuffix("# flag") })
    }

    @Test("reload reads the policies again, stop drains, and there is time for it")
    func signals() throws {
        let server = try RunningServer(try arguments, environment: environment)
        #expect(try server.check("GET", "/api/v1/orders", principal: Example.frontend).status == 200)
        #expect(unit.values("ExecReload") == ["/bin/kill -HUP $MAINPID"])
        server.child.stop(SIGHUP)
        _ = try poll("reload") {
            try HTTP.send("GET", "/metrics", to: server.admin).body
                .contains(#"authz_policy_reload_total{result="success"} 1"#) ? true : nil
        }
        #expect(unit.values("KillSignal") == ["SIGTERM"])
        server.child.stop(SIGTERM)
        #expect(try server.child.exitStatus() == 0)
        let seconds = { (text: String?) in text.flatMap { Int($0.filter(\.isNumber)) } }
        let limit = try #require(seconds(unit.values("TimeoutStopSec").first))
        #expect(limit > (try #require(seconds(variables["AUTHZ_DRAIN_TIMEOUT"]))))
    }

    @Test("a server asks for no system call and no kind of socket that the unit keeps from it")
    func systemCalls() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "calls").path()
        // -D: the server is the child, and is what signals go to.
        let server = try RunningServer(
            starting: ["/usr/bin/strace", "-D", "-f", "-q", "-o", file], try arguments, environment: environment)
        #expect(try server.check("GET", "/account", token: Example.alice).status == 200)
        #expect(try HTTP.send("GET", "/metrics", to: server.admin).status == 200)
        server.child.stop()
        #expect(try server.child.exitStatus() == 0)
        let trace = try poll("the end of the trace") {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            return text.contains("exit_group(0") ? text : nil
        }
        // `PID name(arguments) = result`; a call that another thread interrupts has a second line, which is passed over.
        let calls = trace.matches(of: /(?m)^\d+ +(\w+)\((\w*)/).map { (name: String($0.1), argument: String($0.2)) }
        #expect(calls.contains { $0.name == "listen" })
        #expect(Set(calls.map(\.name)).subtracting(try unit.permittedSystemCalls()) == [])
        let families = try #require(unit.values("RestrictAddressFamilies").first).split(separator: " ")
        let asked = calls.filter { $0.name == "socket" }.map(\.argument)
        #expect(Set(asked).subtracting(families.map(String.init)) == [])
    }

    @Test("the user of the unit is one that systemd makes")
    func user() throws {
        let root = try TemporaryFolder()
        try FileManager.default.createDirectory(
            at: root.url.appending(path: "etc"), withIntermediateDirectories: false)
        let maker = try Child(
            URL(filePath: "/usr/bin/systemd-sysusers"),
            [
                "--root=\(root.url.path())", "--replace=/usr/lib/sysusers.d/authz.conf",
                Repository.root.appending(path: "examples/systemd/authz.sysusers").path(),
            ])
        let result = try maker.result()
        #expect(result.status == 0, "\(result.errors)")
        let users = try String(contentsOf: root.url.appending(path: "etc/passwd"), encoding: .utf8)
        let name = try #require(unit.values("User").first)
        #expect(users.contains("\(name):x:"))
        #expect(users.hasSuffix("/usr/sbin/nologin\n"))
    }
}
