import Foundation
import Testing

/// The page of `authz man`.
@Suite struct ManualPageTests {
    private static func page() throws -> String {
        let result = try authz("man")
        #expect(result.status == 0)
        #expect(result.errors == "")
        return result.output
    }

    @Test("mandoc and groff find nothing wrong with it")
    func lint() throws {
        let page = try Self.page()
        for (program, arguments) in [
            ("/usr/bin/mandoc", ["-T", "lint", "-W", "warning"]),
            ("/usr/bin/groff", ["-mandoc", "-ww", "-z", "-T", "utf8"]),
        ] {
            let result = try Child(URL(filePath: program), arguments, input: page).result()
            #expect(
                result.status == 0 && result.output == "" && result.errors == "", "\(result.output)\(result.errors)")
        }
    }

    @Test("it has each command with each of its options, and the examples as they are typed")
    func content() throws {
        let child = try Child(
            URL(filePath: "/usr/bin/mandoc"), ["-T", "ascii", "-O", "width=1000"], input: try Self.page())
        let text = try child.result().output.replacing(/.\u{8}/, with: "")
        for command in [
            "serve", "explain", "test", "lint", "token inspect", "token verify", "token mint", "healthcheck", "man",
        ] {
            #expect(text.contains("   authz \(command)\n"), "\(command)")
            let words = command.split(separator: " ").map(String.init)
            let help = try Child(Repository.authz, words + ["--help"]).result().output
            for option in help.matches(of: /\n  (?:-\w, )?(--[a-z-]+)/) {
                #expect(text.contains(option.1), "\(command) \(option.1)")
            }
        }
        #expect(text.contains("authz test --coverage-html coverage.html --coverage-min 90\n"))
        #expect(text.contains("One of text, json, junit, tap, github, sarif."))
        #expect(text.contains("   authz token\n") && text.contains("authz token inspect \"$TOKEN\"\n"))
        for section in ["ENVIRONMENT", "FILES", "EXIT STATUS"] {
            #expect(text.contains("\n\(section)\n"), "\(section)")
        }
        #expect(text.contains(/AUTHZ_COVERAGE_MIN\n +--coverage-min\n/))
        #expect(text.contains(/\n +64 +The command line is wrong\./))
    }
}
