import Foundation
import Testing

@testable import AuthzServer

@Suite struct KeyFileStateTests {
    /// What comes of reading the file.
    enum Look: Sendable {
        case keys
        case noKeySet
        case unreadable
    }

    struct Case: Sendable, CustomTestStringConvertible {
        /// In order, while the file does not change.
        var looks: [Look]
        var isReadAgain: Bool, why: String
        var testDescription: String { why }
    }

    @Test(
        "a file that does not change is read until it has been read twice",
        arguments: [
            Case(looks: [], isReadAgain: true, why: "never yet"),
            Case(looks: [.keys], isReadAgain: true, why: "once: it may have changed within one tick"),
            Case(looks: [.keys, .keys], isReadAgain: false, why: "twice"),
            Case(looks: [.noKeySet, .noKeySet], isReadAgain: false, why: "twice, though what it holds is wrong"),
            Case(looks: [.unreadable, .unreadable], isReadAgain: true, why: "it could not be read"),
            Case(looks: [.unreadable, .unreadable, .keys], isReadAgain: true, why: "it could be read once"),
            Case(looks: [.unreadable, .unreadable, .keys, .keys], isReadAgain: false, why: "it could be read twice"),
            Case(looks: [.keys, .unreadable], isReadAgain: true, why: "the second time it could not be read"),
        ])
    func unchanged(_ c: Case) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "authz-stamp-\(UUID().uuidString)").path()
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let stamp = try #require(FileStamp(of: path))
        try FileManager.default.removeItem(atPath: path)
        var state = KeyFileState()
        for look in c.looks {
            let isRead = state.needsReading(stamp)
            #expect(isRead)
            switch look {
            case .keys: state.succeeded(with: [1])
            case .noKeySet: _ = state.failed(with: "not a key set")
            case .unreadable: _ = state.couldNotBeRead("too many open files")
            }
        }
        let isReadAgain = state.needsReading(stamp)
        #expect(isReadAgain == c.isReadAgain)
    }

    @Test("a problem is new once")
    func problems() {
        var state = KeyFileState()
        let isNew = [state.couldNotBeRead("a"), state.couldNotBeRead("a"), state.failed(with: "b")]
        #expect(isNew == [true, false, true])
    }
}
