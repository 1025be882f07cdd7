extension YAMLSyntaxError {
    /// What is most often behind a problem of libyaml; `nil` where its words say it.
    var hint: String? {
        switch (problem, context ?? "") {
        case (_, let context) where context.hasPrefix("while scanning an alias"):
            "a text that begins with `*` stands in quotes: `\"*\"`"
        case (_, let context) where context.hasPrefix("while scanning an anchor"):
            "a text that begins with `&` stands in quotes"
        case ("found unexpected end of stream", _): "close the quotes that begin here"
        case ("did not find expected ',' or ']'", _): "a `,` is missing between two values, or the `]` behind the last"
        case ("did not find expected ',' or '}'", _): "a `,` is missing between two fields, or the `}` behind the last"
        case ("did not find expected key", _):
            "fields of one mapping begin in one column, and so do the `- ` of one list; behind quotes no text goes on"
        case ("did not find expected '-' indicator", _):
            "indent this as the fields of the entry above, or begin it with `- ` in the column of the others"
        case ("mapping values are not allowed in this context", _):
            "a text with `: ` in it stands in quotes; a field begins a line of its own, indented as its neighbors"
        case ("could not find expected ':'", _): "a field has a `:` and a blank behind its name"
        case ("found character that cannot start any token", _):
            "a text that begins with this character stands in quotes"
        default: nil
        }
    }
}
