import Diagnosis
import ErlangNode
import ErlangTerm

extension NodeProgram {
    /// The program with its preamble as data: what a node runs on another one.
    func forms(for node: String) throws(NodeFailure) -> Term {
        do throws(TermError) {
            return try DecodedTerm(packet: [131] + encodedList(after: .preamble)).root.term
        } catch {
            throw NodeFailure(
                .protocolViolation, stage: .up, node: node,
                message: "the program \(name) of this tool is damaged: \(error)",
                remedy: "install the tool again")
        }
    }
}
