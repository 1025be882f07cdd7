/// What `authz` said and how it ended.
struct CommandResult {
    var status: Int32
    var output: String
    var errors: String
}

extension Child {
    /// Waits for the end, and tells what was said until then.
    func result(within limit: Duration = .seconds(60)) throws -> CommandResult {
        let status = try exitStatus(within: limit)
        return CommandResult(status: status, output: try output, errors: try errors)
    }
}

/// Runs `authz` in the root of the clone to its end.
func authz(_ arguments: String..., input: String = "") throws -> CommandResult {
    try Child(Repository.authz, arguments, input: input).result()
}
