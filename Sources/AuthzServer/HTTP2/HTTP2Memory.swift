import CNGHTTP2
import Glibc

/// The memory of one nghttp2 session. What is freed is kept for the next stream, which asks for the same sizes: so a request costs
/// no allocation, and takes no lock of the allocator.
///
/// A class because nghttp2 keeps a pointer to it. It belongs to one session, which stays on one event loop, and frees what it keeps
/// with it.
final class HTTP2Memory {
    /// The most bytes that are kept, so that an idle connection holds no more than a few streams need.
    static let maximumKeptBytes = 64 << 10
    /// Sizes are rounded up to the next multiple of this, and blocks of one size are kept together.
    private static let step = 64
    /// Larger blocks are the allocator's.
    private static let maximumKeptSize = 2048
    private static let sizeCount = maximumKeptSize / step

    /// What stands in front of each block; 16 bytes, so that the block is aligned as `malloc` aligns.
    private struct Header {
        /// The number of its size; -1 where it is not kept.
        var size: Int
        var isFree: UInt64
    }

    /// By size: the first free block, in which a pointer to the next one stands.
    private let free = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: sizeCount)
    private(set) var keptBytes = 0

    init() {
        free.initialize(repeating: nil, count: Self.sizeCount)
    }

    deinit {
        for size in 0..<Self.sizeCount {
            var next = free[size]
            while let block = next {
                next = block.load(as: UnsafeMutableRawPointer?.self)
                Glibc.free(Self.header(of: block))
            }
        }
        free.deallocate()
    }

    /// The functions that nghttp2 calls; they hold on to nothing, so the memory must outlive the session.
    var functions: nghttp2_mem {
        nghttp2_mem(
            mem_user_data: Unmanaged.passUnretained(self).toOpaque(),
            malloc: { byteCount, memory in HTTP2Memory.with(memory) { $0.allocate(byteCount) } },
            free: { block, memory in HTTP2Memory.with(memory) { $0.release(block) } },
            calloc: { count, byteCount, memory in
                let (bytes, overflows) = count.multipliedReportingOverflow(by: byteCount)
                guard !overflows, let block = HTTP2Memory.with(memory, { $0.allocate(bytes) }) else { return nil }
                memset(block, 0, bytes)
                return block
            },
            realloc: { block, byteCount, memory in HTTP2Memory.with(memory) { $0.resize(block, to: byteCount) } })
    }

    @inline(__always)
    private static func with<Result>(_ memory: UnsafeMutableRawPointer?, _ body: (HTTP2Memory) -> Result) -> Result {
        guard let memory else { preconditionFailure("nghttp2 forgot its memory") }
        return Unmanaged<HTTP2Memory>.fromOpaque(memory)._withUnsafeGuaranteedRef(body)
    }

    // MARK: Blocks

    private func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        guard byteCount <= Self.maximumKeptSize, byteCount >= 0 else { return Self.take(byteCount, size: -1) }
        // INVARIANT: below `sizeCount`, as the bytes are at most `maximumKeptSize`.
        let size = max(byteCount - 1, 0) / Self.step
        guard let block = free[size] else { return Self.take((size + 1) * Self.step, size: size) }
        free[size] = block.load(as: UnsafeMutableRawPointer?.self)
        keptBytes -= (size + 1) * Self.step
        Self.header(of: block).pointee.isFree = 0
        return block
    }

    private func release(_ block: UnsafeMutableRawPointer?) {
        guard let block else { return }
        let header = Self.header(of: block)
        precondition(header.pointee.isFree == 0, "a block is released twice")
        let size = header.pointee.size
        guard size >= 0, keptBytes + (size + 1) * Self.step <= Self.maximumKeptBytes else { return Glibc.free(header) }
        keptBytes += (size + 1) * Self.step
        header.pointee.isFree = 1
        block.storeBytes(of: free[size], as: UnsafeMutableRawPointer?.self)
        free[size] = block
    }

    private func resize(_ block: UnsafeMutableRawPointer?, to byteCount: Int) -> UnsafeMutableRawPointer? {
        guard let block else { return allocate(byteCount) }
        let header = Self.header(of: block)
        precondition(header.pointee.isFree == 0, "a released block is used")
        let size = header.pointee.size
        guard size < 0 else {
            let capacity = (size + 1) * Self.step
            if byteCount <= capacity { return block }
            guard let larger = allocate(byteCount) else { return nil }
            memcpy(larger, block, capacity)
            release(block)
            return larger
        }
        let (bytes, overflows) = byteCount.addingReportingOverflow(MemoryLayout<Header>.size)
        guard !overflows, let moved = realloc(header, bytes) else { return nil }
        return moved + MemoryLayout<Header>.size
    }

    private static func take(_ byteCount: Int, size: Int) -> UnsafeMutableRawPointer? {
        let (bytes, overflows) = byteCount.addingReportingOverflow(MemoryLayout<Header>.size)
        guard !overflows, let start = malloc(bytes) else { return nil }
        start.storeBytes(of: Header(size: size, isFree: 0), as: Header.self)
        return start + MemoryLayout<Header>.size
    }

    private static func header(of block: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Header> {
        (block - MemoryLayout<Header>.size).assumingMemoryBound(to: Header.self)
    }
}
