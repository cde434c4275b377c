internal import Diagnosis
internal import Glibc

/// One `ssh` that is logged in, and lets others use its connection (ControlMaster of ssh_config(5)).
final class SecureShellLogin {
    private enum State {
        case starting
        case ready
        case ended
    }

    /// What of its options a person would type.
    let options: [String]
    /// What makes another `ssh` use it.
    let sharing: [String]
    private let typed: [String]
    private let tunnel: String
    private var state = State.starting
    private var program: ChildProcess?
    private var output: PipeReader?
    private var waiting: [ObjectIdentifier: (TunnelFailure?) -> Void] = [:]

    init(
        to destination: String, _ options: [String], of tunnel: String, on loop: EventLoop
    ) throws(ProgramFailure) {
        self.tunnel = tunnel
        self.options = options.filter { $0 != "-o" && $0 != "BatchMode=yes" }
        typed = ["ssh"] + self.options + [destination]
        let place = try ControlPlace.make()
        sharing = options + ["-o", "ControlMaster=no", "-o", "ControlPath=\(place)/ssh"]
        // The command that it runs when it is logged in is the only thing that says so.
        let words =
            ["sh", "-c", ControlPlace.script, place, "ssh"] + options + [
                "-o", "ControlMaster=yes", "-o", "ControlPath=\(place)/ssh", "-o", "ControlPersist=no",
                "-o", "PermitLocalCommand=yes", "-o", "LocalCommand=echo ready",
                // One whose network is gone ends, so that the next connection makes another.
                "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=2",
                // Settings of the host that are for people who log in there.
                "-o", "ClearAllForwardings=yes", "-o", "ForkAfterAuthentication=no", "-N", "--", destination,
            ]
        do throws(ProgramFailure) {
            (program, output) = try ChildProcess.reporting(
                words, named: "ssh", group: .ofTerminal, tidiesUp: true, on: loop
            ) { [weak self] _ in self?.loggedIn() }
        } catch {
            rmdir(place)
            throw error
        }
        program?.whenEnded { [weak self] in self?.ended() }
    }

    /// Whether it is logged in, or may yet be.
    var isOfUse: Bool { if case .ended = state { false } else { true } }

    /// What it has said since it was logged in: of connections that the host could not make.
    var complaint: String { program?.complaints.lastWords ?? "" }

    /// Calls `completion` once, with why it cannot be used where that is so, unless `forget` comes first.
    func whenReady(for user: AnyObject, _ completion: @escaping (TunnelFailure?) -> Void) {
        switch state {
        case .starting: waiting[ObjectIdentifier(user)] = completion
        case .ready: completion(nil)
        case .ended: completion(failure)
        }
    }

    func forget(_ user: AnyObject) { waiting[ObjectIdentifier(user)] = nil }

    func end() {
        output?.close()
        output = nil
        program?.end()
        ended()
    }

    private func loggedIn() {
        guard case .starting = state else { return }
        state = .ready
        program?.forgetComplaints()
        settle(nil)
    }

    private func ended() {
        state = .ended
        settle(failure)
    }

    private func settle(_ failure: TunnelFailure?) {
        let waiting = waiting
        self.waiting = [:]
        for completion in waiting.values { completion(failure) }
    }

    var failure: TunnelFailure {
        TunnelFailure(tunnel: tunnel, words: program?.account ?? "ssh has ended", command: typed)
    }
}

/// Where the socket is that one `ssh` shares: only this user gets there.
private enum ControlPlace {
    /// Runs a command and removes the directory that is its name then, however this process or the command ends: of one
    /// that is killed nothing else would. It is silent at the end: who reads its words may be gone, and SIGPIPE end it.
    static let script = """
        trap 'exec 2>/dev/null; kill $command' TERM
        "$@" &
        command=$!
        wait $command
        status=$?
        trap '' TERM
        exec 2>/dev/null
        kill $command
        wait $command
        rm -f "$0/ssh"
        rmdir "$0"
        exit $status
        """

    /// - Returns: a new directory.
    static func make() throws(ProgramFailure) -> String {
        let own = getenv("XDG_RUNTIME_DIR").map { String(cString: $0) } ?? ""
        // Of a socket's path there may be 107 bytes, of which ssh takes some for a name of its own at first.
        guard let made = (own.isEmpty || own.utf8.count > 60 ? nil : directory(in: own)) ?? directory(in: "/tmp")
        else { throw ProgramFailure("no directory in /tmp: \(SystemError.text(errno))") }
        return made
    }

    private static func directory(in parent: String) -> String? {
        var template = Array("\(parent)/erlclu-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        return String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
