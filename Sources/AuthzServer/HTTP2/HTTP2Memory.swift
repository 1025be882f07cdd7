import CNGHTTP2
import Glibc

/// The memory of one nghttp2 session. What is freed is kept for the next stream, which asks for the same sizes: so a request costs
/// no allocation, and takes no lock of the allocator.
///
/// A class because nghttp2 keeps a pointer to it. It belongs to one session, which stays on one event loop, and frees what it keeps
/// with it.
final class HTTP2Memory {
    /// Sizes are rounded up to the next multiple of this.
    private static let step = 64
    /// From this size on, memory is the allocator's.
    private static let maximumKeptSize = 2048
    /// In front of each block stands its class, in as many bytes as keep the block aligned.
    private static let headerSize = 16
    private static let noClass = -1

    private static let classCount = maximumKeptSize / step

    /// By class: the first free block, in which a pointer to the next one stands.
    private let free = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: classCount)

    init() {
        free.initialize(repeating: nil, count: Self.classCount)
    }

    deinit {
        for place in 0..<Self.classCount {
            var next = free[place]
            while let block = next {
                next = block.load(as: UnsafeMutableRawPointer?.self)
                Glibc.free(block - Self.headerSize)
            }
        }
        free.deallocate()
    }

    /// The functions that nghttp2 calls; they hold on to nothing, so the memory must outlive the session.
    var functions: nghttp2_mem {
        nghttp2_mem(
            mem_user_data: Unmanaged.passUnretained(self).toOpaque(),
            malloc: { size, memory in HTTP2Memory.of(memory) { $0.allocate(size) } },
            free: { block, memory in HTTP2Memory.of(memory) { $0.release(block) } },
            calloc: { count, size, memory in
                let (bytes, overflows) = count.multipliedReportingOverflow(by: size)
                guard !overflows, let block = HTTP2Memory.of(memory, { $0.allocate(bytes) }) else { return nil }
                memset(block, 0, bytes)
                return block
            },
            realloc: { block, size, memory in HTTP2Memory.of(memory) { $0.resize(block, to: size) } })
    }

    @inline(__always)
    private static func of<Result>(_ memory: UnsafeMutableRawPointer?, _ body: (HTTP2Memory) -> Result) -> Result {
        guard let memory else { preconditionFailure("nghttp2 forgot its memory") }
        return Unmanaged<HTTP2Memory>.fromOpaque(memory)._withUnsafeGuaranteedRef(body)
    }

    // MARK: Blocks

    private func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        guard size <= Self.maximumKeptSize, size >= 0 else { return Self.take(size, class: Self.noClass) }
        // INVARIANT: below `classCount`, as the size is.
        let place = max(size - 1, 0) / Self.step
        guard let block = free[place] else { return Self.take((place + 1) * Self.step, class: place) }
        free[place] = block.load(as: UnsafeMutableRawPointer?.self)
        return block
    }

    private func release(_ block: UnsafeMutableRawPointer?) {
        guard let block else { return }
        let place = Self.place(of: block)
        guard place != Self.noClass else { return Glibc.free(block - Self.headerSize) }
        block.storeBytes(of: free[place], as: UnsafeMutableRawPointer?.self)
        free[place] = block
    }

    private func resize(_ block: UnsafeMutableRawPointer?, to size: Int) -> UnsafeMutableRawPointer? {
        guard let block else { return allocate(size) }
        let place = Self.place(of: block)
        guard place == Self.noClass else {
            let capacity = (place + 1) * Self.step
            if size <= capacity { return block }
            guard let larger = allocate(size) else { return nil }
            memcpy(larger, block, capacity)
            release(block)
            return larger
        }
        let (bytes, overflows) = size.addingReportingOverflow(Self.headerSize)
        guard !overflows, let moved = realloc(block - Self.headerSize, bytes) else { return nil }
        return moved + Self.headerSize
    }

    private static func take(_ size: Int, class place: Int) -> UnsafeMutableRawPointer? {
        let (bytes, overflows) = size.addingReportingOverflow(headerSize)
        guard !overflows, let start = malloc(bytes) else { return nil }
        start.storeBytes(of: place, as: Int.self)
        return start + headerSize
    }

    private static func place(of block: UnsafeMutableRawPointer) -> Int {
        (block - headerSize).load(as: Int.self)
    }
}
