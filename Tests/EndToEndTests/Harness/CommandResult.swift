/// What `authz` said and how it ended.
struct CommandResult {
    var status: Int32
    var output: String
    var errors: String
}

/// Runs `authz` in the root of the clone to its end.
func authz(_ arguments: String..., input: String = "") throws -> CommandResult {
    let child = try Child(Repository.authz, arguments, input: input)
    let status = try child.exitStatus()
    return CommandResult(status: status, output: try child.output, errors: try child.errors)
}
