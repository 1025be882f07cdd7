import AuthzCore

/// The buffers of one event loop of the admin listener.
package struct AdminLoopState {
    var json = JSONWriter()
    var metrics = MetricsWriter()
}
