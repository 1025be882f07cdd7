/// A thread could not be started.
package struct ThreadStartError: Error, CustomStringConvertible {
    let code: Int32

    package var description: String { "no thread could be started (error \(code))" }
}
