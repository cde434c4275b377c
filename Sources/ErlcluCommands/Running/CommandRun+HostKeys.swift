import ByteTransport
import Diagnosis
import ReleaseFiles

/// Whether a host key is accepted: nil, or why not. It may take as long as a person does.
typealias HostKeyJudge =
    @LoopActor (_ key: [UInt8], _ policy: HostKeyPolicy, _ name: String) async -> NodeFailure?

/// What a person has said of host keys while this command runs: a host that several nodes are behind is asked about
/// once.
struct HostKeyAnswers {
    struct Question: Hashable {
        /// The node, or the host on the way to it.
        var name: String
        var place: String
        /// As the host sends it.
        var key: [UInt8]
    }

    private var answers: [Question: HostKeyQuestion.Answer] = [:]

    subscript(question: Question) -> HostKeyQuestion.Answer? {
        get { answers[question] }
        set { answers[question] = newValue }
    }
}

extension CommandRun {
    /// Judges the key of an SSH host, asks where nobody knows it, and keeps what was accepted for the first time.
    /// - Parameters:
    ///   - key: as the host sends it.
    ///   - name: what messages call the node, or a host on the way to it.
    @LoopActor
    func judge(_ key: [UInt8], by policy: HostKeyPolicy, of name: String) async -> NodeFailure? {
        switch policy.decision(on: key) {
        case .refused(let refusal): return refusal.failure(of: name)
        case .accepted(let acceptance):
            await admit(acceptance, policy, name)
            return nil
        case .asks(let question):
            let asked = HostKeyAnswers.Question(name: name, place: policy.place, key: key)
            var isNew = true
            let answer = await ask(question.text, again: HostKeyQuestion.again) {
                let known = hostKeyAnswers[asked]
                isNew = known == nil
                return known
            } _: {
                question.answer($0)
            }
            if let answer { hostKeyAnswers[asked] = answer }
            guard answer == .yes else { return question.refusal(answer).failure(of: name) }
            if isNew { await admit(question.acceptance, policy, name) }
            return nil
        }
    }

    @LoopActor
    private func admit(_ acceptance: HostKeyAcceptance, _ policy: HostKeyPolicy, _ name: String) async {
        for notice in acceptance.notices(of: name) { warn(notice) }
        guard let line = acceptance.added else { return }
        // The key is accepted all the same: it will be asked about again.
        do throws(CommandFailure) { try await KnownHostsStore.add([line], to: policy.own.path) } catch {
            warn("the host key is not kept: \(error.sentence)")
        }
    }
}

extension CommandFailure {
    /// Of a file that cannot be written, the sentence that names it.
    fileprivate var sentence: String { if case .output(let sentence) = self { sentence } else { "\(self)" } }
}

extension DialPlan {
    /// Has the person at the terminal asked, where there is one.
    @LoopActor
    mutating func ask(through run: CommandRun) {
        canAsk = run.canAsk
        judgesHostKey = { (key, policy, name) async in await run.judge(key, by: policy, of: name) }
        typedPasswords = run.typedPasswords
        if canAsk { asksSecret = { (question) async in await run.askSecret(question) } }
    }

    /// What the host key of the node's own daemon is judged by; nil where the settings of SSH were not read.
    /// - Parameter canAsk: whether a person can be asked.
    /// - Throws: where what is known cannot be read.
    func hostKeyPolicy(canAsk: Bool) throws(SettingsError) -> HostKeyPolicy? {
        guard let ssh = settings.ssh?.value, let found = settings.secureShell else { return nil }
        // A name that got this machine's host is not the one that keys are known under.
        let isNamed = !takesAnyName && !settings.takesAnyName && !settings.assumedHosts.contains(node)
        return try HostKeyPolicy(
            of: isNamed ? node : nil, found, settings.sshOptions, place: ssh.description, canAsk: canAsk)
    }

    /// The same for a host on the way there, for which nothing of what is said of the node counts.
    func hostKeyPolicy(ofHop hop: SecureShellSettings, canAsk: Bool) throws(SettingsError) -> HostKeyPolicy {
        var options = SecureShellOptions()
        options.usualKnownHosts = settings.sshOptions.usualKnownHosts
        var policy = try HostKeyPolicy(
            of: nil, hop, options, place: "\(hop.host.value):\(hop.port.value)", canAsk: canAsk)
        policy.isOfNode = false
        return policy
    }
}
