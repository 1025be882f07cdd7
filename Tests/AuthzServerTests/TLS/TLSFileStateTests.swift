import Glibc
import Testing

@testable import AuthzServer

@Suite struct TLSFileStateTests {
    private let folder = Scratch()

    private func stamps(_ names: String...) -> [FileStamp?] { names.map { FileStamp(of: "\(folder.path)/\($0)") } }

    @Test("files are read at the first look, once more at the next, and then when they change")
    func looks() throws {
        try folder.write("one", to: "a")
        var state = TLSFileState()
        let first = (0..<3).map { _ in state.needsReading(stamps("a")) }
        #expect(first == [true, true, false], "two changes within one tick of the clock look like one")
        try folder.write("longer", to: "a")
        let second = (0..<3).map { _ in state.needsReading(stamps("a")) }
        #expect(second == [true, true, false])
    }

    @Test("a file that is replaced, reached through another link, or gone has changed")
    func changes() throws {
        try folder.write("one", to: "a")
        let first = stamps("a")
        #expect(stamps("a") == first)
        try folder.write("one", to: "b")
        #expect(rename("\(folder.path)/b", "\(folder.path)/a") == 0)
        #expect(stamps("a") != first)

        for name in ["x", "y"] {
            #expect(mkdir("\(folder.path)/\(name)", 0o700) == 0)
            try folder.write("one", to: "\(name)/a")
        }
        #expect(symlink("x", "\(folder.path)/data") == 0)
        let linked = stamps("data/a")
        #expect(symlink("y", "\(folder.path)/new") == 0)
        #expect(rename("\(folder.path)/new", "\(folder.path)/data") == 0)
        #expect(stamps("data/a") != linked)
        #expect(stamps("gone") == [nil])
    }

    @Test("files that could not be read are read again, changed or not; those that hold something wrong are not")
    func unreadable() {
        var state = TLSFileState()
        for _ in 0..<2 { _ = state.needsReading([nil]) }
        for _ in 0..<3 {
            _ = state.failed(with: .unreadable(path: "a", message: "too many open files"))
            let needsReading = state.needsReading([nil])
            #expect(needsReading)
        }
        _ = state.needsReading([nil])
        _ = state.failed(with: .noKey(path: "a"))
        let needsReading = state.needsReading([nil])
        #expect(!needsReading)
    }

    @Test("a problem is news once, until it is another or solved")
    func problems() {
        var state = TLSFileState()
        let first = ["a", "a", "b"].map { state.failed(with: .noKey(path: $0)) }
        #expect(first == [true, false, true])
        state.succeeded()
        let isNews = state.failed(with: .noKey(path: "b"))
        #expect(isNews)
    }
}
