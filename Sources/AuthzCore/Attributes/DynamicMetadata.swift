/// What the filters of a proxy found out about a request, as far as it comes with a check. Slices of the request.
package struct DynamicMetadata: Sendable {
    /// A top-level field of one namespace.
    package struct Field: Sendable {
        package enum Form: Sendable {
            case text
            case list
            /// Neither, and nothing is compared with it.
            case other
        }

        /// Index of its namespace.
        package var namespace: Int
        package var key: ByteSlice
        package var form: Form
        /// The text; the texts of a list.
        package var texts: Range<Int>

        package init(namespace: Int, key: ByteSlice, form: Form, texts: Range<Int>) {
            self.namespace = namespace
            self.key = key
            self.form = form
            self.texts = texts
        }
    }

    /// Those that came along. Nothing is known of others.
    package var namespaces: [ByteSlice] = []
    /// Of one key, the last counts.
    package var fields: [Field] = []
    package var texts: [ByteSlice] = []

    package init() {}

    mutating func removeAll() {
        namespaces.clear()
        fields.clear()
        texts.clear()
    }
}
