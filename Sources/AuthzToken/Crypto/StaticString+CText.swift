extension StaticString {
    /// The text for C, which may keep it: it ends with NUL and lives as long as the process.
    @unsafe var cText: UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
