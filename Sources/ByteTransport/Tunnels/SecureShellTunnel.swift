internal import Diagnosis

/// Connections that an SSH host makes, through OpenSSH's `ssh`: one login for all of them. No local port is opened, and
/// all settings of the host are OpenSSH's own, the check of its key among them.
package final class SecureShellTunnel: Dialer {
    private let name: String
    private let destination: String
    private let port: UInt16?
    private var login: SecureShellLogin?
    /// Whether ssh may ask on the terminal: not while the terminal is somebody else's, as the dashboard's.
    package var mayAsk = true

    /// - Parameters:
    ///   - name: as an operator calls the tunnel.
    ///   - destination: `[USER@]HOST`, as ssh takes it.
    package init(name: String, destination: String, port: UInt16?) {
        self.name = name
        self.destination = destination
        self.port = port
    }

    deinit { login?.end() }

    package var tunnel: String? { name }

    package func prepare(on loop: EventLoop, _ ready: @escaping () -> Void) -> () -> Void {
        do throws(ProgramFailure) {
            let login = try openLogin(on: loop)
            let user = Waiting()
            login.whenReady(for: user) { _ in ready() }
            return { login.forget(user) }
        } catch {
            ready()
            return {}
        }
    }

    /// One that waits for the login.
    private final class Waiting {}

    package func dial(host: String, port: UInt16, on loop: EventLoop) -> TCPStream {
        let stream = TCPStream(loop: loop)
        do throws(ProgramFailure) {
            try CommandTunnel.checkHost(host)
            let login = try openLogin(on: loop)
            let way = ["-W", "[\(host)]:\(port)"]
            let words = ["ssh"] + login.sharing + ["-o", "BatchMode=yes"] + way + ["--", destination]
            let typed = ["ssh"] + login.options + way + [destination]
            let opening = LoggedInOpening(stream, login) { [name] in
                CommandTunnel(name: name, words: words).connect(
                    stream, to: host, port: port, on: loop, behind: login, typed: typed)
            }
            stream.start(opening)
            opening.start()
        } catch {
            stream.fail(.tunnel(TunnelFailure(tunnel: name, words: error.words)))
        }
        return stream
    }

    private func openLogin(on loop: EventLoop) throws(ProgramFailure) -> SecureShellLogin {
        if let login, login.isOfUse { return login }
        let options = (port.map { ["-p", String($0)] } ?? []) + (mayAsk ? [] : ["-o", "BatchMode=yes"])
        let made = try SecureShellLogin(to: destination, options, of: name, on: loop)
        login = made
        return made
    }
}

/// Waits for the login; then a program of its own carries the stream.
private final class LoggedInOpening: StreamOpening {
    private var stream: TCPStream?
    private let login: SecureShellLogin
    private let connect: () -> Void

    init(_ stream: TCPStream, _ login: SecureShellLogin, _ connect: @escaping () -> Void) {
        self.stream = stream
        self.login = login
        self.connect = connect
    }

    var isResolving: Bool { false }

    func start() {
        login.whenReady(for: self) { [self] failure in
            guard let stream else { return }
            self.stream = nil
            if let failure { stream.fail(.tunnel(failure)) } else { connect() }
        }
    }

    func cancel() {
        stream = nil
        login.forget(self)
    }
}
