internal import ByteTransport
internal import CLibSSH
internal import Diagnosis
internal import ErlangTerm

/// Shows a host one key after the other: those of the agent, then those in files, each with its certificate first. Then
/// passwords, where somebody gives one. The settings may say another order.
final class SSHAuthentication {
    enum Progress {
        /// When the socket is ready again.
        case again
        /// Until `wake`; libssh must be left alone until then.
        case waiting
        case letIn
        case denied(SecureShellFailure.Denial)
        /// libssh says why.
        case broken
    }

    private enum Step {
        /// Nothing is shown before the host takes part in it. What it says of signatures with RSA (RFC 8308) comes no later,
        /// and libssh chooses one before it reads anything: without that it shows no key of RSA at all.
        case service
        case next
        case agent
        /// An unencrypted key, or one that has been opened.
        case key(SSHKey)
        /// Of an encrypted one, whether the host would take it.
        case offer(SSHKey, SSHKeyFile, certificate: SSHKey?)
        /// Nothing is shown: the host says which methods it takes, or takes that.
        case nothing
        case password(SSHPasswordTrial)
        case waiting
    }

    /// How often a passphrase may be wrong, as with OpenSSH.
    private static let passphraseTrials = 3
    private static let success = Int32(SSH_AUTH_SUCCESS.rawValue)

    private let handle: SSHHandle
    private let settings: SSHClientSettings
    private let questions: SSHClientQuestions
    private let loop: EventLoop
    private let wake: () -> Void
    private var step = Step.service
    private var methods: ArraySlice<SSHClientSettings.Method>
    private var passwords: SSHPasswordTrial?
    private var isNothingShown = false
    private var isAgentAsked = false
    private var files: ArraySlice<SSHClientSettings.Identity>
    /// What follows for the same file: its other certificates, then the key without any.
    private var remaining: [(file: SSHKeyFile, certificate: SSHKey?, passphrase: Secret?)] = []
    /// Passphrases that did not open the file.
    private var wrongPassphrases = 0
    private var relay: SSHAgentRelay?
    private var denial: SecureShellFailure.Denial
    /// What the agent's call came to.
    private var answer: Int32?
    private var call: BlockingCall<Int32>?

    /// - Parameter wake: is called from the loop when `step` is to be called although nothing has come.
    init(
        _ handle: SSHHandle, _ settings: SSHClientSettings, asking questions: SSHClientQuestions, on loop: EventLoop,
        wake: @escaping () -> Void
    ) {
        self.handle = handle
        self.settings = settings
        self.questions = questions
        self.loop = loop
        self.wake = wake
        files = settings.identities[...]
        methods = settings.methods[...]
        denial = SecureShellFailure.Denial(user: settings.user)
        passwords = SSHPasswordTrial(handle, settings, asking: questions, wake: wake)
        denial.offersPassword = passwords != nil
    }

    /// What was shown to the host last; nil before.
    var shown: String? { denial.tried.last }

    /// Whether libssh must be left alone.
    var isWaiting: Bool {
        switch step {
        case .waiting: true
        case .password(let trial): trial.isWaiting
        case .service, .next, .agent, .key, .offer, .nothing: false
        }
    }

    /// Nothing is called any more.
    func cancel() {
        call?.cancel()
        call = nil
        // Ends the call that waits for the agent.
        relay?.close()
        relay = nil
        passwords?.cancel()
        step = .waiting
    }

    func proceed() -> Progress {
        while true {
            let result: Int32
            switch step {
            case .waiting: return .waiting
            case .service:
                switch ssh_service_request(handle.session, "ssh-userauth") {
                case SSH_OK: step = .next
                case SSH_AGAIN: return .again
                default: return .broken
                }
                continue
            case .next:
                guard begin() else {
                    denial.methods = handle.methods
                    return .denied(denial)
                }
                continue
            case .agent:
                guard let answer else {
                    askAgent()
                    return .waiting
                }
                self.answer = nil
                result = answer
            case .nothing: result = ssh_userauth_none(handle.session, nil)
            case .password(let trial):
                switch trial.proceed() {
                case .waiting: return .waiting
                case .over(let reason):
                    if !reason.isEmpty, !denial.untried.contains(reason) { denial.untried.append(reason) }
                    methods.removeFirst()
                    step = .next
                    continue
                case .result(let answer): result = answer
                }
                note(result, of: trial)
            case .key(let key): result = ssh_userauth_publickey(handle.session, nil, key.key)
            case .offer(let key, let file, let certificate):
                result = ssh_userauth_try_publickey(handle.session, nil, key.key)
                if result == Self.success {
                    ask(for: file, certificate)
                    continue
                }
                if result == Int32(SSH_AUTH_DENIED.rawValue) || result == Int32(SSH_AUTH_PARTIAL.rawValue) {
                    denial.tried.append(Self.name(file, certificate))
                }
            }
            switch result {
            case Self.success: return .letIn
            case Int32(SSH_AUTH_AGAIN.rawValue): return .again
            case Int32(SSH_AUTH_DENIED.rawValue), Int32(SSH_AUTH_PARTIAL.rawValue): step = .next
            default:
                // A host that has had enough of passwords goes.
                guard case .password(let trial) = step, trial.refusals > 0, !handle.isConnected else { return .broken }
                denial.methods = handle.methods
                denial.untried.append("anything more, since it has ended the connection")
                return .denied(denial)
            }
        }
    }

    private func note(_ result: Int32, of trial: SSHPasswordTrial) {
        if result == Int32(SSH_AUTH_DENIED.rawValue) {
            trial.wasRefused()
            if !denial.tried.contains("the password") { denial.tried.append("the password") }
        }
        // It is right, and not enough.
        if result == Int32(SSH_AUTH_PARTIAL.rawValue) { methods.removeFirst() }
    }

    /// - Returns: false where nothing is left to show.
    private func begin() -> Bool {
        while let method = methods.first {
            switch method {
            case .publicKey: if beginKey() { return true }
            case .keyboardInteractive, .password:
                guard let passwords else { break }
                if showNothing() { return true }
                guard handle.methods.isEmpty || handle.methods.contains(method.rawValue) else { break }
                guard passwords.begin(by: method) else { break }
                step = .password(passwords)
                return true
            }
            methods.removeFirst()
        }
        return showNothing()
    }

    /// Finds out which methods the host takes, where it has not said so yet.
    private func showNothing() -> Bool {
        guard handle.methods.isEmpty, !isNothingShown else { return false }
        isNothingShown = true
        step = .nothing
        return true
    }

    private func beginKey() -> Bool {
        if !isAgentAsked {
            isAgentAsked = true
            if let relay = SSHAgentRelay(
                to: settings.agent, offering: settings.usesIdentitiesOnly ? offered : nil, on: loop)
            {
                self.relay = relay
                ssh_set_agent_socket(handle.session, relay.takeDescriptor())
                denial.tried.append("the agent's keys")
                step = .agent
                return true
            }
        }
        relay?.close()
        relay = nil
        while true {
            while let next = remaining.popLast() {
                if begin(next.file, next.certificate, next.passphrase) { return true }
            }
            guard let identity = files.popFirst() else { return false }
            plan(SSHKeyFile(path: identity.path), identity.certificates)
        }
    }

    private func plan(_ file: SSHKeyFile, _ certificates: [String]) {
        wrongPassphrases = 0
        remaining =
            [(file, nil, nil)] + certificates.reversed().compactMap(SSHKeyFile.certificate).map { (file, $0, nil) }
    }

    private func begin(_ file: SSHKeyFile, _ certificate: SSHKey?, _ passphrase: Secret?) -> Bool {
        switch file.read(passphrase) {
        case nil:
            // Those that are usual are looked for beforehand: this one was named.
            denial.untried.append("\(file.path) is not there")
            remaining = []
        case .unusable(let words):
            denial.untried.append("\(file.path) \(words)")
            remaining = []
        case .wrongPassphrase:
            wrongPassphrases += 1
            guard wrongPassphrases < Self.passphraseTrials else {
                denial.untried.append("\(file.path) is not opened by the passphrases that were typed")
                remaining = []
                break
            }
            ask(for: file, certificate)
            return true
        case .encrypted:
            guard let key = certificate ?? file.publicPart() else {
                denial.untried.append("\(file.path) is encrypted")
                break
            }
            step = .offer(key, file, certificate: certificate)
            return true
        case .key(let key):
            if let certificate {
                guard ssh_pki_copy_cert_to_privkey(certificate.key, key.key) == SSH_OK else { break }
            }
            denial.tried.append(Self.name(file, certificate))
            step = .key(key)
            return true
        }
        return false
    }

    /// As it is told what was shown.
    private static func name(_ file: SSHKeyFile, _ certificate: SSHKey?) -> String {
        certificate == nil ? file.path : "\(file.path) with a certificate"
    }

    /// The keys of an agent that may be tried.
    private var offered: Set<[UInt8]> {
        var blobs: Set<[UInt8]> = []
        for identity in settings.identities {
            if let blob = SSHKeyFile(path: identity.path).publicPart()?.blob { blobs.insert(blob) }
            for path in identity.certificates {
                if let blob = SSHKeyFile.certificate(path)?.blob { blobs.insert(blob) }
            }
        }
        return blobs
    }

    /// The host would take the key, or its certificate.
    private func ask(for file: SSHKeyFile, _ certificate: SSHKey?) {
        step = .waiting
        var isInside = true
        questions.passphrase(file.path) { [weak self] passphrase in
            guard let self, case .waiting = step else { return }
            step = .next
            if let passphrase, !passphrase.bytes.isEmpty {
                remaining.append((file, certificate, passphrase))
            } else {
                let reason = passphrase == nil ? "nobody is asked for its passphrase" : "no passphrase was typed"
                denial.untried.append("\(file.path) is encrypted, and \(reason)")
                remaining = []
            }
            if !isInside { wake() }
        }
        isInside = false
    }

    /// On a thread: libssh waits for the agent, who may ask a person.
    private func askAgent() {
        step = .waiting
        do throws(StreamClosure) {
            call = try BlockingCall(on: loop) { [handle] in
                ssh_userauth_agent(handle.session, nil)
            } completion: { [weak self] answer in
                guard let self, case .waiting = step else { return }
                call = nil
                self.answer = answer
                step = .agent
                wake()
            }
        } catch {
            step = .next
            loop.enqueue(wake)
        }
    }
}
