import Foundation
import Testing

/// The scripts of `authz completion`, in the shells that they are for.
@Suite struct ShellCompletionTests {
    /// What stands on a command line, and what a shell offers in the place of its last word.
    struct Line: Sendable, CustomTestStringConvertible {
        var text: String
        var offers: [String]
        var not: [String] = []
        var why: String
        var testDescription: String { "`\(text)`: \(why)" }
    }

    private static let lines = [
        Line(text: "authz ex", offers: ["explain"], not: ["test"], why: "a command"),
        Line(text: "authz token m", offers: ["mint"], not: ["explain"], why: "a command of a command"),
        Line(
            text: "authz test --coverage-", offers: ["--coverage-html", "--coverage-min"],
            not: ["--coverage", "--html"],
            why: "an option of this command"),
        Line(
            text: "authz test --format ", offers: ["text", "json", "junit", "tap", "github", "sarif"],
            why: "one of few values"),
        Line(
            text: "authz explain --format ", offers: ["text", "json"], not: ["junit"],
            why: "of another command they are others"),
        Line(
            text: "authz serve --forward-auth in", offers: ["ingress-nginx"], not: ["nginx"],
            why: "one of few names, told by the option alone"),
        Line(
            text: "authz lint --explain deny-path", offers: ["deny-path-bypass"], not: ["all"],
            why: "one of many names"),
        Line(text: "authz completion ", offers: ["bash", "zsh", "fish"], why: "an argument with few values"),
        Line(text: "authz explain exam", offers: ["examples/"], why: "a folder"),
        Line(
            text: "authz lint --fail-level=w", offers: ["warning"], not: ["error", "Makefile"],
            why: "a value behind a sign"),
        Line(text: "authz test --format=", offers: ["text", "sarif"], not: ["Makefile"], why: "no more of it yet"),
        Line(text: "authz test --coverage-html=Make", offers: ["Makefile"], why: "a file behind a sign"),
        Line(text: "authz help t", offers: ["test", "token"], not: ["lint", "inspect"], why: "help about a command"),
        Line(
            text: "authz help token ", offers: ["inspect", "verify", "mint"], not: ["test"],
            why: "help about a command of a command"),
        Line(text: "authz test -p policies/mesh", offers: ["policies/mesh.yaml"], why: "a file"),
    ]

    private static func script(for shell: String, in folder: TemporaryFolder, named name: String) throws -> URL {
        let result = try authz("completion", shell)
        #expect(result.status == 0)
        #expect(result.errors == "")
        return try folder.write(result.output, to: name)
    }

    /// What a program prints, each line for itself.
    private static func offered(
        _ program: String, _ arguments: [String], folder: String = "/nonexistent"
    ) throws -> Set<String> {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let programs = Repository.authz.deletingLastPathComponent().path()
        let child = try Child(
            URL(filePath: program), arguments,
            environment: ["PATH": "\(programs):\(path)", "TERM": "dumb", "ZDOTDIR": folder])
        let result = try child.result()
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        return Set(result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    }

    private static func compare(_ offered: Set<String>, _ line: Line) {
        // A shell may leave the slash behind a folder to its own rules, and may offer a value with the option before it.
        let plain = Set(
            offered.map { $0.replacing(/^--[a-z-]+=/, with: "") }.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        )
        for offer in line.offers {
            #expect(plain.contains(offer.hasSuffix("/") ? String(offer.dropLast()) : offer), "\(offered.sorted())")
        }
        for other in line.not { #expect(!plain.contains(other), "\(offered.sorted())") }
    }

    @Test("bash completes", arguments: lines)
    func bash(_ line: Line) throws {
        let folder = try TemporaryFolder()
        let script = try Self.script(for: "bash", in: folder, named: "authz.bash")
        let program = """
            . "$1"
            COMP_LINE=$2 COMP_POINT=${#2}
            # As readline divides it, which has = for a word.
            read -ra COMP_WORDS <<<"${2//=/ = }"
            [[ $2 != *' ' ]] || COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            function=$(complete -p authz | sed 's/.* -F \\([^ ]*\\).*/\\1/')
            current=${COMP_WORDS[COMP_CWORD]}
            "$function" authz "${current#=}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        Self.compare(
            try Self.offered("/bin/bash", ["-O", "extglob", "-c", program, "bash", script.path(), line.text]), line)
    }

    @Test("bash puts a slash behind a folder, and none behind a command that is called as one")
    func bashTypes() throws {
        let folder = try TemporaryFolder()
        let script = try Self.script(for: "bash", in: folder, named: "authz.bash")
        for name in ["test", "policies"] {
            try FileManager.default.createDirectory(
                at: folder.url.appending(path: name), withIntermediateDirectories: false)
        }
        // bash completes so only for someone who types: in a terminal of its own.
        let program = #"""
            zmodload zsh/zpty
            text=
            read_until() {
                repeat 600; do
                    zpty -r -t shell chunk && text+=$chunk
                    [[ $text == *$1* ]] && break
                    sleep 0.05
                done
            }
            zpty shell bash --norc -i
            zpty -w shell "cd '$2'; . '$1'; authz() { printf 'got<%s>' \"\$@\"; echo; }; echo rea''dy"
            read_until ready
            zpty -w -n shell $'authz te\t\n'
            zpty -w -n shell $'authz test po\t\n'
            zpty -w -n shell $'authz lint --fail-level=w\t\n'
            zpty -w shell "echo en''d"
            read_until end
            zpty -d shell
            print -r -- $text | tr -d '\r' | grep -o 'got<.*>'
            """#
        let offered = try Self.offered(
            "/usr/bin/zsh", ["-f", "-c", program, "zsh", script.path(), folder.url.path()])
        #expect(offered == ["got<test>", "got<test>got<policies/>", "got<lint>got<--fail-level=warning>"])
    }

    @Test("fish completes", arguments: lines)
    func fish(_ line: Line) throws {
        let folder = try TemporaryFolder()
        let script = try Self.script(for: "fish", in: folder, named: "authz.fish")
        let program = "source $argv[1]; complete --do-complete $argv[2] | string replace --regex '\\t.*' ''; true"
        Self.compare(
            try Self.offered("/usr/bin/fish", ["--no-config", "-c", program, script.path(), line.text]), line)
    }

    @Test("zsh completes", arguments: lines)
    func zsh(_ line: Line) throws {
        let folder = try TemporaryFolder()
        _ = try Self.script(for: "zsh", in: folder, named: "_authz")
        // zsh completes only what someone types: here in a terminal of its own, with what is offered written to a file.
        try folder.write(
            """
            PS1= PROMPT2= RPROMPT=
            unsetopt prompt_cr prompt_sp
            fpath=($ZDOTDIR $fpath)
            autoload -Uz compinit; compinit -u -d $ZDOTDIR/dump
            compadd() {
                local -a found
                builtin compadd -O found "$@"
                print -rl -- offer:$^found >>$ZDOTDIR/offers
                builtin compadd "$@"
            }
            list() { compstate[insert]= compstate[list]=; _main_complete; print done >>$ZDOTDIR/offers }
            zle -C list complete-word list
            bindkey '^T' list

            """, to: ".zshrc")
        let program = """
            zmodload zsh/zpty
            zpty shell zsh -i
            zpty -w -n shell "$1"$'\\x14'
            repeat 600; do
                [[ -f $ZDOTDIR/offers && "$(<$ZDOTDIR/offers)" == *done* ]] && break
                zpty -r -t shell _ || sleep 0.05
            done
            zpty -d shell
            sed -n 's/^offer://p' $ZDOTDIR/offers
            """
        // Of a path it completes the last part.
        var line = line
        line.offers = line.offers.map { $0.hasSuffix("/") ? $0 : URL(filePath: $0).lastPathComponent }
        let offered = try Self.offered(
            "/usr/bin/zsh", ["-f", "-c", program, "zsh", line.text], folder: folder.url.path())
        Self.compare(offered, line)
    }
}
