import ClusterAdmin

/// What can be said to the job menu, in the words of that of `erl`.
enum JobCommand: Hashable {
    /// Nothing: back to where one was.
    case back
    /// nil for the number: the current job.
    case connect(Int?)
    case interrupt(Int?)
    case kill(Int?)
    case list
    /// nil for the node: that of the current job; nil for the language: what runs there.
    case start(node: String?, EvaluationRequest.Language?)
    case quit
    case help
    case unknown

    static let overview = """
          c [N]             go on with job N
          i [N]             interrupt it
          k [N]             kill it
          j                 list the jobs
          s [SHELL]         start another shell on this node
          r NODE [SHELL]    start a shell on another node; SHELL is shell or 'Elixir.IEx'
          q                 quit
          h, ?              this list

        """

    init(_ text: String) {
        let words = text.split(separator: " ").map(Self.unquoted)
        self = words.first.map { Self.parse($0, words.dropFirst()) } ?? .back
    }

    private static func parse(_ word: String, _ operands: ArraySlice<String>) -> JobCommand {
        switch (word, operands.count) {
        case ("c", 0): return .connect(nil)
        case ("i", 0): return .interrupt(nil)
        case ("k", 0): return .kill(nil)
        case ("c", 1), ("i", 1), ("k", 1):
            guard let number = operands.first.flatMap({ Int($0) }) else { return .unknown }
            return word == "c" ? .connect(number) : word == "i" ? .interrupt(number) : .kill(number)
        case ("j", 0): return .list
        case ("s", 0): return .start(node: nil, nil)
        case ("s", 1): return start(node: nil, shell: operands.first)
        case ("r", 1), ("r", 2): return start(node: operands.first, shell: operands.dropFirst().first)
        case ("q", 0): return .quit
        case ("h", 0), ("?", 0): return .help
        default: return .unknown
        }
    }

    private static func start(node: String?, shell: String?) -> JobCommand {
        switch shell {
        case nil: .start(node: node, nil)
        case "shell", "erl", "erlang": .start(node: node, .erlang)
        case "Elixir.IEx", "IEx", "iex", "ex": .start(node: node, .elixir)
        default: .unknown
        }
    }

    /// `erl` wants atoms; quotes may stand and may be missing.
    private static func unquoted(_ word: Substring) -> String {
        word.count > 2 && word.hasPrefix("'") && word.hasSuffix("'")
            ? String(word.dropFirst().dropLast()) : String(word)
    }
}
