internal import CLibSSH
internal import ErlangTerm

/// Shows a host passwords: as such, and as answers to questions of its own.
final class SSHPasswordTrial {
    enum Progress {
        /// What libssh says of the host's answer.
        case result(Int32)
        /// Until `wake`.
        case waiting
        /// Nobody gives a password, or the host wants more than that; a phrase says what.
        case over(String)
    }

    private enum Step {
        case over(String)
        case asking
        case sending(Secret)
        case interactive
        /// The host's question gets an empty answer, as some hosts take nothing else while one is open (`ssh` of OTP ends the
        /// connection then). A phrase says why.
        case leaving(String)
    }

    /// So many questions of the host are answered, or passed over where they have no prompt, in one attempt.
    private static let roundsLimit = 8
    /// Of the host's words so many characters are shown.
    private static let wordsLimit = 200

    private let handle: SSHHandle
    private let ask: (SSHPasswordQuestion, _ answer: @escaping (Secret?) -> Void) -> Void
    private let wake: () -> Void
    private var step = Step.over("")
    private var method = SSHClientSettings.Method.password
    private var rounds = 0
    private var attemptsLeft: Int
    /// Where there is one password alone, each method is tried once.
    private var methodsLeft: Set<SSHClientSettings.Method>?
    /// How many passwords were refused.
    private(set) var refusals = 0

    /// - Returns: nil where no password is to be tried.
    init?(
        _ handle: SSHHandle, _ settings: SSHClientSettings, asking questions: SSHClientQuestions,
        wake: @escaping () -> Void
    ) {
        guard let ask = questions.password else { return nil }
        self.handle = handle
        self.ask = ask
        self.wake = wake
        attemptsLeft = settings.passwordAttempts
        methodsLeft = settings.hasOnePassword ? Set(settings.methods) : nil
    }

    /// Whether libssh must be left alone.
    var isWaiting: Bool { if case .asking = step { true } else { false } }

    /// Nothing is called any more.
    func cancel() { step = .over("") }

    /// Begins another attempt.
    /// - Returns: false where there were enough of them.
    func begin(by method: SSHClientSettings.Method) -> Bool {
        guard attemptsLeft > 0, methodsLeft?.contains(method) ?? true else { return false }
        attemptsLeft -= 1
        methodsLeft?.remove(method)
        self.method = method
        rounds = 0
        if method == .keyboardInteractive { step = .interactive } else { question(words: "") { .sending($0) } }
        return true
    }

    func wasRefused() { refusals += 1 }

    func proceed() -> Progress {
        while true {
            switch step {
            case .over(let reason): return .over(reason)
            case .asking: return .waiting
            case .sending(let password):
                return .result(Self.text(of: password) { ssh_userauth_password(handle.session, nil, $0) })
            case .interactive:
                let result = ssh_userauth_kbdint(handle.session, nil, nil)
                guard result == Int32(SSH_AUTH_INFO.rawValue) else { return .result(result) }
                answer()
            case .leaving(let reason):
                let result = ssh_userauth_kbdint(handle.session, nil, nil)
                switch result {
                // One that asks again gets no second one.
                case Int32(SSH_AUTH_DENIED.rawValue), Int32(SSH_AUTH_INFO.rawValue): return .over(reason)
                default: return .result(result)
                }
            }
        }
    }

    /// Of the host's questions one is answered that wants one answer which nobody sees.
    private func answer() {
        rounds += 1
        let count = ssh_userauth_kbdint_getnprompts(handle.session)
        guard rounds <= Self.roundsLimit, count <= 1 else {
            step = .leaving("keyboard-interactive, which wants more than a password")
            return
        }
        // What it says without a prompt is acknowledged.
        if count < 1 { return }
        var isShown: CChar = 0
        let prompt = ssh_userauth_kbdint_getprompt(handle.session, 0, &isShown)
        guard isShown == 0 else {
            step = .leaving("keyboard-interactive, which wants what is no secret")
            return
        }
        let words = [ssh_userauth_kbdint_getinstruction(handle.session), prompt].map(Self.words)
        question(words: words.filter { !$0.isEmpty }.joined(separator: " ")) { [handle] password in
            let result = Self.text(of: password) { ssh_userauth_kbdint_setanswer(handle.session, 0, $0) }
            return result < 0 ? .over("keyboard-interactive, whose answer libssh does not take") : .interactive
        }
    }

    private func question(words: String, then next: @escaping (Secret) -> Step) {
        step = .asking
        var isInside = true
        ask(SSHPasswordQuestion(method: method, words: words, isAgain: refusals > 0)) { [weak self] password in
            guard let self, case .asking = step else { return }
            let reason = refusals > 0 ? "" : "a password, since nobody gives one"
            step = password.map(next) ?? (method == .keyboardInteractive ? .leaving(reason) : .over(reason))
            if !isInside { wake() }
        }
        isInside = false
    }

    private static func text<Result>(of password: Secret, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        (password.bytes.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { body($0.baseAddress) }
    }

    private static func words(_ text: UnsafePointer<CChar>?) -> String {
        guard let text else { return "" }
        let scalars = String(cString: text).unicodeScalars.prefix(wordsLimit)
        var line = String.UnicodeScalarView()
        for scalar in scalars { line.append(scalar.properties.generalCategory == .control ? " " : scalar) }
        return String(line).split(separator: " ").joined(separator: " ")
    }
}
