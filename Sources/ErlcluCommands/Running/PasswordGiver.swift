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
    /// What was typed for earlier connections.
    private let known: TypedPasswords?
    /// What was typed for this one last, and what it is for.
    private var typed: (place: TypedPasswords.Place, password: Secret)?

    /// - Parameters:
    ///   - login: `USER@HOST:PORT`, for questions.
    ///   - ask: asks a person; nil: there is nobody.
    ///   - known: what a person need not type again, and where it is kept.
    init(
        _ choice: SecureShellPassword, for login: String,
        asking ask: (@LoopActor (_ question: String) async -> Secret?)?, knowing known: TypedPasswords?
    ) {
        self.choice = choice
        self.known = known
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

    /// - Parameter hostKey: that of the host, in words.
    /// - Returns: nil where nobody answers.
    func asked(_ question: SSHPasswordQuestion, by hostKey: String) async -> Secret? {
        let place = TypedPasswords.Place(login: login, hostKey: hostKey, method: question.method)
        let isKept = Self.isForPassword(question)
        if isKept, let password = known?[place] {
            if !question.isAgain, used.insert(question.method).inserted { return password }
            // It is the one that was refused.
            known?[place] = nil
        }
        let answer = await ask?(Self.text(question, login))
        isOver = answer == nil
        if isKept { typed = answer.map { (place, $0) } }
        return answer
    }

    /// The host has let us in.
    func wasTaken() {
        if let typed { known?[typed.place] = typed.password }
        typed = nil
    }

    /// A host may ask for a code as well, which is another one each time, be it called a one-time password.
    nonisolated static func isForPassword(_ question: SSHPasswordQuestion) -> Bool {
        let words = question.words.lowercased()
        let isCode = ["one-time", "one time", "otp", "code", "token", "pin"].contains { words.contains($0) }
        return question.method == .password || words.isEmpty || words.contains("password") && !isCode
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
