import Foundation
import Testing

/// `examples/kubernetes/Dockerfile`, as far as it can be tried without an engine that runs it.
@Suite struct DockerfileTests {
    /// Instructions with their words, continued lines joined.
    private let instructions: [(name: String, text: String)]

    init() throws {
        instructions = try Repository.text(of: "examples/kubernetes/Dockerfile").replacing("\\\n", with: " ")
            .split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { line in
                let parts = line.split(separator: " ", maxSplits: 1)
                return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
            }
    }

    private func texts(of name: String) -> [String] { instructions.filter { $0.name == name }.map(\.text) }

    private func command(_ text: String) throws -> [String] { try Document.json(text).texts }

    /// What the n-th `RUN apt-get install` names.
    private func packages(_ index: Int) throws -> Set<String> {
        let runs = texts(of: "RUN").filter { $0.contains("apt-get install") }
        let list = try #require(runs[index].firstMatch(of: /--no-install-recommends ([^&]*)&&/))
        return Set(list.1.split(separator: " ").map(String.init))
    }

    @Test("it builds in one stage and runs in another, as nobody in particular")
    func stages() throws {
        #expect(texts(of: "FROM").count == 2)
        let user = try #require(texts(of: "USER").last?.split(separator: ":").first.flatMap { Int($0) })
        let pod = try #require(try Document.yaml("examples/kubernetes/deployment.yaml").first)["spec"]["template"][
            "spec"]
        #expect(user > 0)
        #expect(user == pod["securityContext"]["runAsUser"].number)
        for copied in texts(of: "COPY").filter({ !$0.hasPrefix("--from") }).compactMap({
            $0.split(separator: " ").first
        }) {
            #expect(FileManager.default.fileExists(atPath: Repository.root.appending(path: copied).path()))
            #expect(try Repository.text(of: "examples/kubernetes/Dockerfile.dockerignore").contains("!\(copied)\n"))
        }
        #expect(texts(of: "RUN").contains { $0.contains("swift build -c release --product authz") })
    }

    @Test("what it runs are commands of the program that it builds")
    func commands() throws {
        #expect(try command(try #require(texts(of: "ENTRYPOINT").last)) == ["/usr/bin/authz"])
        let health = try #require(texts(of: "HEALTHCHECK").last?.firstMatch(of: /CMD (.*)/))
        for arguments in [
            try command(try #require(texts(of: "CMD").last)), try Array(command(String(health.1)).dropFirst()),
        ] {
            let result = try Child(Repository.authz, arguments + ["--print-config"]).result()
            #expect(result.status == 0, "\(result.errors)")
        }
    }

    @Test("the first stage has the packages of the Makefile, the last the libraries that the program asks for")
    func libraries() throws {
        let makefile = try Repository.text(of: "Makefile")
        let needed = try #require(makefile.firstMatch(of: /(?m)^PACKAGES := (.*)$/))
        #expect(try packages(0) == Set(needed.1.split(separator: " ").map(String.init)))

        let reader = try Child(URL(filePath: "/usr/bin/env"), ["readelf", "-d", Repository.authz.path()])
        #expect(try reader.exitStatus() == 0)
        let libraries = try reader.output.matches(of: /\(NEEDED\).*\[(.*)\]/).map { String($0.1) }
            .filter { $0.firstMatch(of: /^(libswift|lib_|libFoundation|libBlocksRuntime|libdispatch|ld-linux)/) == nil }
        #expect(libraries.contains("libnghttp2.so.14"))
        // Part of every image of Debian.
        let given: Set = ["libc6", "libgcc-s1"]
        for library in libraries {
            let owner = try Child(URL(filePath: "/usr/bin/dpkg-query"), ["-S", "*/\(library)"])
            #expect(try owner.exitStatus() == 0, "\(library)")
            let name = try #require(try owner.output.split(separator: ":").first.map(String.init))
            #expect(try packages(1).union(given).contains(name), "\(library) is of \(name)")
        }
    }
}
