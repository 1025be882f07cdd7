import CNGHTTP2
import Glibc
import Testing

@testable import AuthzServer

@Suite struct HTTP2MemoryTests {
    private let memory = HTTP2Memory()

    private func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        memory.functions.malloc(size, memory.functions.mem_user_data)
    }

    private func release(_ block: UnsafeMutableRawPointer?) {
        memory.functions.free(block, memory.functions.mem_user_data)
    }

    @Test(arguments: [0, 1, 63, 64, 65, 500, 2047, 2048, 2049, 100_000])
    func aBlockHoldsWhatWasAskedFor(size: Int) throws {
        let first = try #require(allocate(size))
        let second = try #require(allocate(size))
        memset(first, 0x11, size)
        memset(second, 0x22, size)
        #expect(UnsafeRawBufferPointer(start: first, count: size).allSatisfy { $0 == 0x11 })
        #expect(Int(bitPattern: first) % 16 == 0)
        release(first)
        release(second)
    }

    @Test func aFreedBlockIsTheNextOfItsSize() {
        let block = allocate(100)
        let other = allocate(700)
        release(block)
        release(other)
        let taken = [allocate(120), allocate(700), allocate(100)]
        #expect(taken[0] == block, "both are of 128 bytes")
        #expect(taken[1] == other)
        #expect(taken[2] != block, "it is in use")
        for block in taken { release(block) }
    }

    @Test func noMoreIsKeptThanAFewStreamsNeed() {
        let blocks = (0..<100).map { _ in allocate(2048) }
        for block in blocks { release(block) }
        let again = Set((0..<100).map { _ in allocate(2048) })
        let kept = again.intersection(Set(blocks))
        // What the allocator gives back by itself may be among them, but it keeps the last ones that were freed.
        #expect(kept.count >= HTTP2Memory.maximumKeptBytes / 2048)
        for block in again { release(block) }
        #expect(memory.keptBytes == HTTP2Memory.maximumKeptBytes)
    }

    @Test func callocClears() throws {
        let functions = memory.functions
        let used = try #require(allocate(96))
        memset(used, 0xff, 96)
        release(used)
        let block = try #require(functions.calloc(3, 32, functions.mem_user_data))
        #expect(block == used)
        #expect(UnsafeRawBufferPointer(start: block, count: 96).allSatisfy { $0 == 0 })
        #expect(functions.calloc(.max, 2, functions.mem_user_data) == nil, "the product overflows")
    }

    @Test(arguments: [(10, 60), (10, 65), (64, 3000), (3000, 100), (3000, 9000)])
    func reallocKeepsTheContents(from: Int, to: Int) throws {
        let functions = memory.functions
        let block = try #require(allocate(from))
        for index in 0..<from {
            block.storeBytes(of: UInt8(truncatingIfNeeded: index), toByteOffset: index, as: UInt8.self)
        }
        let moved = try #require(functions.realloc(block, to, functions.mem_user_data))
        for index in 0..<min(from, to) {
            #expect(moved.load(fromByteOffset: index, as: UInt8.self) == UInt8(truncatingIfNeeded: index))
        }
        release(moved)
        let new = functions.realloc(nil, 10, functions.mem_user_data)
        #expect(new != nil)
        release(new)
        release(nil)
    }
}
