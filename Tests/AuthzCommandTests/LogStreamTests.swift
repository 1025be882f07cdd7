import Foundation
import Testing

@testable import authz

@Suite(.timeLimit(.minutes(2))) struct LogStreamTests {
    @Test("a line that cannot be written is said to be lost, and the next one is tried anew")
    func lost() throws {
        let full = open("/dev/full", O_WRONLY)
        try #require(full >= 0)
        defer { close(full) }
        let stream = LogStream(descriptor: full)
        #expect(!stream.write(Array("one\n".utf8)))
        // The same number is another file from here on, as a disk that has room again.
        let path = FileManager.default.temporaryDirectory.appending(path: "authz-\(UUID().uuidString)").path()
        let file = open(path, O_RDWR | O_CREAT, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        unlink(path)
        try #require(dup2(file, full) >= 0)
        #expect(stream.write(Array("two\n".utf8)))
        #expect(try text(of: file) == "two\n")
    }

    @Test("a pipe that does not wait is waited for: no line is lost, or cut")
    func nonBlocking() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (output, input) = (ends[0], ends[1])
        defer { close(output) }
        try #require(fcntl(input, F_SETFL, O_NONBLOCK) == 0)
        let line = Array(String(repeating: "x", count: 999).utf8) + [10]
        let count = 1000
        Thread.detachNewThread {
            let stream = LogStream(descriptor: input)
            for _ in 0..<count where !stream.write(line) { break }
            close(input)
        }
        var received = 0
        var piece = [UInt8](repeating: 0, count: 65_536)
        while case let size = read(output, &piece, piece.count), size > 0 { received += size }
        #expect(received == count * line.count)
    }

    @Test("behind a line that was cut the next begins on a line of its own")
    func cut() throws {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let (output, input) = (ends[0], ends[1])
        defer { close(output) }
        // A write that has begun ends with an error once the reader is gone.
        let stream = LogStream(descriptor: input)
        let isWritten = Thread.detached { stream.write([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)) }
        var piece = [UInt8](repeating: 0, count: 16)
        #expect(read(output, &piece, piece.count) > 0)
        shutdown(output, Int32(SHUT_RD))
        #expect(!isWritten())
        let path = FileManager.default.temporaryDirectory.appending(path: "authz-\(UUID().uuidString)").path()
        let file = open(path, O_RDWR | O_CREAT, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        unlink(path)
        try #require(dup2(file, input) >= 0)
        defer { close(input) }
        #expect(stream.write(Array("two\n".utf8)))
        #expect(stream.write(Array("three\n".utf8)))
        #expect(try text(of: file) == "\ntwo\nthree\n")
    }

    private func text(of file: Int32) throws -> String {
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: false)
        try handle.seek(toOffset: 0)
        return String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
    }
}

extension Thread {
    /// Runs a body on a thread of its own.
    ///
    /// - Returns: Waits for what it brings.
    fileprivate static func detached(_ body: @escaping @Sendable () -> Bool) -> () -> Bool {
        let end = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var value = false
        Thread.detachNewThread {
            value = body()
            end.signal()
        }
        return {
            end.wait()
            return value
        }
    }
}
