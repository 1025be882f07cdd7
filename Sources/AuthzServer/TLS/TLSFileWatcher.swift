package import Logging
import ServiceLifecycle

/// Reads the files of a listener with TLS again when they change; broken or missing ones leave what is in force.
///
/// It looks at them from time to time and does not ask the kernel for events: those follow neither the links of a Kubernetes
/// mount nor a network file system. Connections that are open keep what they began with.
package struct TLSFileWatcher: Service {
    private let store: TLSStore
    private let interval: Duration
    private let logger: Logger

    package init(_ store: TLSStore, interval: Duration = .seconds(1), logger: Logger) {
        self.store = store
        self.interval = interval
        self.logger = logger
    }

    /// Returns when its task is cancelled or the group shuts down gracefully.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            // The first look reads once more: the files may have changed since they were read.
            var state = TLSFileState()
            while !Task.isCancelled {
                state = await look(state)
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Looks on a thread of its own: files may be slow to read. Where no thread can be had, the next look comes as soon.
    private func look(_ state: TLSFileState) async -> TLSFileState {
        do throws(ThreadStartError) {
            let looked = try await BlockingThread.value(of: { () -> TLSFileState in
                var state = state
                look(&state)
                return state
            })
            return looked ?? state
        } catch {
            return state
        }
    }

    func look(_ state: inout TLSFileState) {
        // Taken before reading: what changes in between is seen at the next look.
        guard state.needsReading(store.files.all.map { FileStamp(of: $0) }) else { return }
        do throws(TLSFileError) {
            let isNew = try store.reload()
            state.succeeded()
            if isNew { logger.info("certificate read", metadata: ["source": "\(store.files.certificate)"]) }
        } catch {
            guard state.failed(with: error) else { return }
            store.noteFailure()
            logger.warning("certificate not read; the one before stays", metadata: ["error": "\(error)"])
        }
    }
}
