/// Completion scripts, made of the tables.
package enum CompletionScript {
    package static var bash: String { "" }
    package static var zsh: String { "" }
    package static var fish: String { "" }
}
