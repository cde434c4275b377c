import ByteTransport
import ReleaseFiles

/// What takes a node down is done on a protected one only where somebody says that it is meant: by --yes, or on a
/// terminal when it is asked about.
extension CommandRun {
    /// - Parameters:
    ///   - call: as it is to be named: `stop`, `q()`.
    ///   - isSaid: whether --yes was typed.
    /// - Throws: where it is not meant, and where nobody can be asked. No node has been dialled then.
    @LoopActor
    func confirmEnding(_ call: String, isSaid: Bool) async throws(CommandFailure) {
        let settings: NodeSettings
        if let knownSettings { settings = knownSettings } else { settings = try self.settings() }
        guard settings.mode.value == .protected, !isSaid, !isEndingMeant else { return }
        let nodes = settings.nodes.value
        // Those of a context are refused in another way.
        if line.verb?.effect == .ends, nodes.count > 1, case .context = settings.nodes.origin { return }
        // By its address alone one may be meant, too.
        let names = nodes.isEmpty ? "the node" : nodes.joined(separator: ", ")
        let verb = nodes.count > 1 ? "are" : "is"
        let place = options.contains(.all) ? "the members of its cluster" : nodes.count > 1 ? "them" : "it"
        func refused(_ remedy: String) -> CommandFailure {
            .configuration(
                message: "\(names) \(verb) protected (\(settings.mode.origin)), and \(call) would take \(place) down",
                remedy: remedy)
        }
        guard canAsk else { throw refused("if that is meant, say so: --yes") }
        let question =
            "\(names) \(verb) protected (\(settings.mode.origin)), and \(call) takes \(place) down.\n"
            + "Do it (yes, no, or the node's name)? "
        let answer: Bool? = await ask(question, again: "Please type yes, no, or the node's name: ") { line in
            let word = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if word.lowercased() == "yes" || nodes == [word] { return true }
            return word.lowercased() == "no" ? false : nil
        }
        guard answer == true else { throw refused("nothing was done: nobody said yes") }
        isEndingMeant = true
    }

    /// The same for text that a node is about to evaluate, where it names what plainly stops a node (`NodeStop`).
    @LoopActor
    func confirmEnding(in text: String, isSaid: Bool) async throws(CommandFailure) {
        guard let call = NodeStop.find(in: text) else { return }
        try await confirmEnding(call, isSaid: isSaid)
    }
}

extension OptionSpec {
    /// Of verbs that run what may stop the node.
    static let yesToEnding = OptionSpec(.yes, help: "do it, though it stops the node and the context is protected")
}
