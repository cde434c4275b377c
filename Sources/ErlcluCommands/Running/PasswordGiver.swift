import ByteTransport
import ErlangTerm
import ReleaseFiles
import SSHTransport

/// Gives an SSH host a password, where somebody has asked for that.
@LoopActor
final class PasswordGiver {
    private let choice: SecureShellPassword
    private let login: String
    private let ask: (@LoopActor (_ question: String) async -> Secret?)?
    /// A password that is given is tried once by each method.
    private var used: Set<SSHClientSettings.Method> = []
    /// Whether a person has given none: asked again, that one would have to say so again.
    private var isOver = false

    /// - Parameters:
    ///   - login: `USER@HOST:PORT`, for questions.
    ///   - ask: asks a person; nil: there is nobody.
    init(
        _ choice: SecureShellPassword, for login: String,
        asking ask: (@LoopActor (_ question: String) async -> Secret?)?
    ) {
        self.choice = choice
        self.login = login
        self.ask = ask
    }

    /// Whether a person is to answer.
    var asksPerson: Bool { if case .asked = choice { ask != nil && !isOver } else { false } }

    /// What is given without a person.
    func given(for question: SSHPasswordQuestion) -> Secret? {
        guard case .given(let password, _) = choice, used.insert(question.method).inserted else { return nil }
        return password
    }

    /// - Returns: nil where nobody answers.
    func asked(_ question: SSHPasswordQuestion) async -> Secret? {
        let answer = await ask?(Self.text(question, login))
        isOver = answer == nil
        return answer
    }

    /// The host's own words begin with whose they are: they could pass for a question of ours.
    nonisolated static func text(_ question: SSHPasswordQuestion, _ login: String) -> String {
        let again = question.isAgain ? "It was refused. " : ""
        switch question.method {
        case .keyboardInteractive:
            return "\(again)(\(login)) \(question.words.isEmpty ? "Password:" : question.words) "
        case .password, .publicKey: return "\(again)Password of \(login): "
        }
    }
}
