/// A part of the server that can be measured. Asked on an event loop for every scrape, so it neither waits nor computes much.
package protocol MetricsSource: Sendable {
    /// Writes whole families, none of which another source writes.
    func write(to writer: inout MetricsWriter)
}
