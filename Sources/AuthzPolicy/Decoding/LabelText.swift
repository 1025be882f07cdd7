/// Labels as `key=value,key=value`, the way that `kubectl` takes them.
package enum LabelText {
    /// `nil` for a text that is not of this form, or names a key twice. An empty text is no labels.
    package static func labels(in text: String) -> [String: String]? {
        var labels: [String: String] = [:]
        guard !text.isEmpty else { return labels }
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty,
                labels.updateValue(String(parts[1]), forKey: String(parts[0])) == nil
            else { return nil }
        }
        return labels
    }
}
