import ByteTransport

/// A verb as data. The parser, the help, the completions and the manual page are all made of these.
package struct VerbSpec: Sendable {
    /// What a verb may do to the node, for contexts that do not allow everything.
    package enum Effect: Sendable {
        case looks
        /// Runs what the user wrote: it may change anything.
        case runsCode
        case ends
    }

    package var name: String
    package var effect = Effect.looks
    package var aliases: [String] = []
    /// One line for lists: a phrase in lower case, without a final period.
    package var summary: String
    package var operands: [OperandSpec] = []
    package var options: [OptionSpec] = []
    /// What the verb does, a paragraph an element.
    package var details: [String] = []
    package var examples: [VerbExample] = []
    /// The statuses worth listing besides those that every command can end with.
    package var statuses: [ExitStatus] = []
    /// The deadline when none is given; nil for verbs that ask no node.
    package var defaultTimeout: Duration?
    /// What goes on for as long as nobody ends it has this time to begin, and no more; a clause that says how it is ended.
    package var endedBy: String?
    /// Whether the verb asks nodes.
    package var asksNodes: Bool { defaultTimeout != nil }
    /// A deadline that nobody typed, but a context or a variable says, does not go below this: what is looked at may take
    /// so long by itself.
    package var leastTimeout: Duration?
    /// Parsed when this verb is followed by one of them; such a verb does nothing by itself.
    package var subverbs: [VerbSpec] = []
    /// Everything behind the verb belongs to it, dashes included.
    package var takesRawArguments = false
    /// Forms of output that only this verb, or a few, have: `ladder` for attempts to connect, `svg` for a screen.
    package var ownFormats: [String] = []
    /// Works, and is listed nowhere.
    package var isHidden = false
    /// What the deadline is for, where it is not all of the command: behind the option.
    var timeoutScope: String { endedBy.map { ", where it has not begun; \($0)" } ?? "" }
    package var run: @LoopActor @Sendable (CommandRun) async throws(CommandFailure) -> ExitStatus = { _ in .done }
}

/// A place for an argument that is not an option.
package struct OperandSpec: Sendable {
    package enum Presence: Sendable {
        case required
        case optional
        /// Any number, none included.
        case repeated
    }

    package var name: String
    package var presence: Presence
    package var kind: ValueKind
    /// One phrase in lower case, without a final period.
    package var help: String

    package init(_ name: String, _ presence: Presence = .required, _ kind: ValueKind = .text, help: String) {
        self.name = name
        self.presence = presence
        self.kind = kind
        self.help = help
    }

    /// The nodes to ask, besides those behind --node.
    package static let nodes = OperandSpec(
        "NODE", .repeated, .nodeName, help: "the node to ask, as behind --node; the target when it is left out")

    /// As it stands in a usage line.
    package var usage: String {
        switch presence {
        case .required: name
        case .optional: "[\(name)]"
        case .repeated: "[\(name)...]"
        }
    }
}

/// A command line worth trying, and what it does.
package struct VerbExample: Sendable {
    package var commandLine: String
    package var purpose: String

    package init(_ commandLine: String, _ purpose: String) {
        self.commandLine = commandLine
        self.purpose = purpose
    }
}
