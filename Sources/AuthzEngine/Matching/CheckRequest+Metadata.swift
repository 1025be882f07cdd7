import AuthzCore

/// Dynamic metadata as a test names it: a namespace, and a field in it.
extension CheckRequest {
    func hasMetadataNamespace(of test: Program.Test, in program: borrowing Program) -> Bool {
        dynamicMetadata.namespaces.contains { isName($0, test.path.lowerBound, in: program) }
    }

    /// `nil` where the namespace has none of this name. Linear in the fields.
    func metadataField(of test: Program.Test, in program: borrowing Program) -> DynamicMetadata.Field? {
        for field in dynamicMetadata.fields.reversed()
        where isName(field.key, test.path.lowerBound + 1, in: program)
            && isName(dynamicMetadata.namespaces[field.namespace], test.path.lowerBound, in: program)
        {
            return field
        }
        return nil
    }

    private func isName(_ slice: ByteSlice, _ index: Int32, in program: borrowing Program) -> Bool {
        let name = program.names[Int(index)]
        return slice.count == name.count
            && Bytes.equal(
                storage.span, at: Int(slice.offset), program.arena.span, at: Int(name.offset), count: Int(name.count))
    }
}
