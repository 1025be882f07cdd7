import ArgumentParser

/// The script by which a shell completes the program: the parser's, with what that lacks.
///
/// The parser offers nothing behind `help`. In bash and zsh it takes no value behind `=`, and in bash it takes everything that it
/// offers for the name of a file: a command that is called as a folder would get a slash.
struct CompletionScript {
    let text: String

    init(for shell: CompletionCommand.Shell, _ program: CommandDescription) {
        let script = Authz.completionScript(for: shell.completionShell)
        text =
            switch shell {
            case .bash: Self.bash(script, program)
            case .zsh: Self.zsh(script, program)
            case .fish: script + "\n" + Self.fishTopics(program)
            }
    }

    private static func names(of command: CommandDescription) -> String {
        command.commands.map(\.commandName).joined(separator: " ")
    }

    private static func groups(of program: CommandDescription) -> [CommandDescription] {
        program.commands.filter { !$0.commands.isEmpty }
    }

    // MARK: bash

    private static func bash(_ script: String, _ program: CommandDescription) -> String {
        let topics = groups(of: program).map { group in
            """
                    [[ "${unparsed_words[0]}" = \(group.commandName) ]] && topics='\(names(of: group))'

            """
        }
        return script.replacing("complete -o filenames -F", with: "complete -F")
            .replacing(
                "__authz_add_completions() {\n",
                with: """
                    __authz_add_completions() {
                        # Only a file that is a folder gets a slash.
                        [[ "${1}" = -f ]] && compopt -o filenames 2>/dev/null

                    """
            )
            .replacing(
                """
                    local -r cur="${2}"
                    local -r prev="${3}"

                    local -i positional_number
                    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

                """,
                with: """
                        local cur="${2}"
                        local prev="${3}"

                        # Where = divides words it is a word of its own, between an option and its value.
                        local -i positional_number
                        local -a unparsed_words=()
                        local divided_word
                        for divided_word in "${COMP_WORDS[@]:1:${COMP_CWORD}}"; do
                            [[ "${divided_word}" = '=' ]] || unparsed_words+=("${divided_word}")
                        done
                        if [[ "${COMP_WORDS[${COMP_CWORD}]}" = '=' ]]; then
                            cur=''
                            unparsed_words+=('')
                        elif [[ "${prev}" = '=' ]]; then
                            prev="${COMP_WORDS[${COMP_CWORD} - 2]}"
                        fi

                    """
            )
            .replacing(
                """
                _authz_help() {
                    repeating_flags=()
                    non_repeating_flags=(--version)
                    repeating_options=()
                    non_repeating_options=()
                    __authz_offer_flags_options -1
                }
                """,
                with: """
                    _authz_help() {
                        local topics='\(names(of: program))'
                        if [[ "${#unparsed_words[@]}" -gt 1 ]]; then
                            topics=''
                    \(topics.joined())    fi
                        COMPREPLY+=($(compgen -W "${topics}" -- "${cur}"))
                    }
                    """
            )
    }

    // MARK: zsh

    private static func zsh(_ script: String, _ program: CommandDescription) -> String {
        let topics = groups(of: program).map { group in
            "        [[ \"${words[2]}\" = \(group.commandName) ]] && ___topics=(\(names(of: group)))\n"
        }
        return script.replacing(/(?m)^( +'\*?--[a-z-]+)\[(.*)\]:/) { "\($0.1)=[\($0.2)]:" }
            .replacing(
                """
                _authz_help() {
                    local -i ret=1
                    local -ar arg_specs=(
                        '*:subcommands:'
                """,
                with: """
                    _authz_help() {
                        local -i ret=1
                        local -a ___topics=(\(names(of: program)))
                        if [[ "${CURRENT}" -gt 2 ]]; then
                            ___topics=()
                    \(topics.joined())    fi
                        local -ar arg_specs=(
                            '*:command:{__authz_complete "${___topics[@]}"}'
                    """
            )
    }

    // MARK: fish

    private static func fishTopics(_ program: CommandDescription) -> String {
        let first = program.commands.map { command in
            line("-eq 1", "", command.commandName, command.abstract ?? "")
        }
        let second = groups(of: program).flatMap { group in
            group.commands.map { command in
                line(
                    "-eq 2",
                    "; and contains -- \(group.commandName) (commandline -pxc 2>/dev/null; or commandline -poc)",
                    command.commandName, command.abstract ?? "")
            }
        }
        return (first + second).joined(separator: "\n")
    }

    private static func line(_ position: String, _ condition: String, _ name: String, _ abstract: String) -> String {
        let described = abstract.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
        return
            "complete -c 'authz' -n '__authz_should_offer_completions_for_positional \"authz help\" \(position)\(condition)' "
            + "-fa '\(name)' -d '\(described)'"
    }
}
