import AuthzCore
import AuthzPolicy
import Testing

@testable import authz

/// What `authz lint --explain` prints of the codes of diagnostics. Commands on pages are run by the tests of the program.
@Suite struct DiagnosticPageTests {
    /// What an example gets where it is read, and policies where they are compiled, too.
    private static func codes(_ input: DiagnosticPage.Input, _ text: String) throws -> Set<DiagnosticCode> {
        do throws(InputError) {
            switch input {
            case .policies:
                var settings = PolicySettings()
                let scratch: Scratch
                do {
                    scratch = try Scratch(["p.yaml": text])
                } catch {
                    Issue.record(error)
                    return []
                }
                settings.paths = [scratch("p.yaml")]
                return Set(try OfflinePolicies.load(settings).warnings.map(\.code))
            case .request:
                _ = try RequestDocumentDecoder.decode(Array(text.utf8), file: "request.yaml", from: .offline)
                return []
            case .suite:
                return Set(
                    SuiteDecoder.decode(Array(text.utf8), file: "a_test.yaml").flatMap(\.diagnostics).map(\.code))
            case .command: return []
            }
        } catch {
            return Set(error.diagnostics.map(\.code))
        }
    }

    private static let read = DiagnosticCode.allCases.filter { $0.page.input != .command }

    @Test("the bad example of a page gets its code, and the good one nothing", arguments: read)
    func examples(_ code: DiagnosticCode) throws {
        #expect(try Self.codes(code.page.input, code.page.bad).contains(code), "\(code.page.bad)")
        #expect(try Self.codes(code.page.input, code.page.good) == [], "\(code.page.good)")
    }

    @Test("each code that a message may have is explained, with what is bad and what is good")
    func all() {
        #expect(ExplainedCode.all.count == Set(ExplainedCode.all.map(\.name)).count)
        for code in ExplainedCode.all {
            let text = code.text(TextStyle(usesColor: false))
            #expect(text.hasPrefix("\(code.name): "))
            #expect(text.contains("\n\nBad:\n\n    ") && text.contains("\n\nGood:\n\n    "), "\(text)")
            #expect(text.hasSuffix("\n") && !text.contains("\n\n\n"), "\(text)")
        }
    }

    @Test("a word that is no code has no page")
    func unknown() {
        #expect(ExplainedCode("denies-all-tcq") == nil)
        #expect(ExplainedCode("denies-all-tcp")?.name == "denies-all-tcp")
        #expect(ExplainedCode("allow-all")?.name == "allow-all")
    }
}
