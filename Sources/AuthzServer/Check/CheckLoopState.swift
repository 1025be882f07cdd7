import AuthzCore
import AuthzEngine

/// The buffers of one event loop of the check listener.
package struct CheckLoopState {
    var workspace = Workspace()
    /// The request that a document or a gRPC message describes.
    var request = CheckRequest()
    var message = CheckMessage()
    var writer = JSONWriter()
    var workloads = WorkloadFinder()

    init() {}
}
