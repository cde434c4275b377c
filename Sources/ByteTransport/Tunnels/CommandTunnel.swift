internal import CLinux
internal import Diagnosis
internal import Glibc

/// A program for each connection, which carries it on its standard input and output, as OpenSSH's ProxyCommand does.
package struct CommandTunnel: Dialer {
    private let name: String
    private let words: [String]

    /// - Parameters:
    ///   - name: as an operator calls the tunnel.
    ///   - words: the program and its arguments, in which `%h`, `%p` and `%%` are replaced.
    package init(name: String, words: [String]) {
        self.name = name
        self.words = words
    }

    package var tunnel: String? { name }

    package func dial(host: String, port: UInt16, on loop: EventLoop) -> TCPStream {
        let stream = TCPStream(loop: loop)
        connect(stream, to: host, port: port, on: loop)
        return stream
    }

    /// Starts the program, which carries `stream` from then on.
    /// - Parameters:
    ///   - login: what the program uses, and without which it ends.
    ///   - typed: what a person would type instead of its words.
    func connect(
        _ stream: TCPStream, to host: String, port: UInt16, on loop: EventLoop, behind login: SecureShellLogin? = nil,
        typed: [String]? = nil
    ) {
        do throws(ProgramFailure) {
            if words.contains(where: { $0.contains("%h") }) { try Self.checkHost(host) }
            var ends: [Int32] = [-1, -1]
            let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
                throw ProgramFailure("no socket: \(SystemError.text(errno))")
            }
            defer { close(ends[1]) }
            do throws(ProgramFailure) {
                let program = try ChildProcess(
                    Self.replaced(words, host: host, port: port), input: ends[1], output: ends[1], group: .ofTerminal,
                    on: loop)
                _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
                stream.isCarried(
                    by: CommandCarrier(program, of: name, behind: login, typed: typed, on: loop),
                    between: Self.ends(of: program, host: host, port: port))
                stream.adopt(ends[0])
            } catch {
                close(ends[0])
                throw error
            }
        } catch {
            stream.fail(.tunnel(TunnelFailure(tunnel: name, words: error.words)))
        }
    }

    /// A node's name comes from its peers, and a command may be read by a shell at its other end.
    /// - Throws: for a host that is more than a name or an address, or could be taken for an option.
    static func checkHost(_ host: String) throws(ProgramFailure) {
        let isPlain = host.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
                || ".-_:%".utf8.contains($0)
        }
        guard isPlain, !host.isEmpty, !host.hasPrefix("-") else {
            throw ProgramFailure("'\(host.prefix(80))' is no host that is given to a program")
        }
    }

    /// Of a host with a name the address is not known here: it gets one that is kept for examples (RFC 5737).
    private static func ends(
        of program: ChildProcess, host: String, port: UInt16
    ) -> (local: SocketAddress, peer: SocketAddress)? {
        guard let peer = SocketAddress(numeric: host, port: port) ?? SocketAddress(numeric: "192.0.2.1", port: port),
            let local = SocketAddress(
                numeric: peer.isIPv4 ? "127.0.0.1" : "::1",
                port: 49_152 + UInt16(truncatingIfNeeded: program.number) % 16_384)
        else { return nil }
        return (local, peer)
    }

    /// - Parameter host: in brackets nowhere: who needs them for an IPv6 address writes them.
    static func replaced(_ words: [String], host: String, port: UInt16) -> [String] {
        words.map { word in
            var result = ""
            var rest = word[...]
            while let percent = rest.firstIndex(of: "%") {
                result += rest[..<percent]
                let code = rest[percent...].dropFirst().first
                switch code {
                case "h": result += host
                case "p": result += String(port)
                case "%": result += "%"
                case let other: result += "%" + (other.map(String.init) ?? "")
                }
                rest = rest[percent...].dropFirst(code == nil ? 1 : 2)
            }
            return result + rest
        }
    }
}

/// The program behind one connection.
private final class CommandCarrier: StreamCarrier {
    /// How long a program may take to end once it has closed its side.
    private static let patience = Duration.milliseconds(500)

    private let program: ChildProcess
    private let tunnel: String
    private let login: SecureShellLogin?
    private let typed: [String]?
    private let loop: EventLoop
    private var timer: TimerHandle?

    init(
        _ program: ChildProcess, of tunnel: String, behind login: SecureShellLogin?, typed: [String]?,
        on loop: EventLoop
    ) {
        self.program = program
        self.tunnel = tunnel
        self.login = login
        self.typed = typed
        self.loop = loop
    }

    func explain(_ reason: StreamClosure, hasReceived: Bool, _ completion: @escaping (StreamClosure) -> Void) {
        timer = loop.schedule(at: .now + Self.patience) { completion(reason) }
        program.whenEnded { [self] in
            timer?.cancel()
            guard program.ending == .status(0) else {
                let words = [program.account, login?.complaint ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
                return completion(
                    .tunnel(TunnelFailure(tunnel: tunnel, words: words, command: typed ?? program.command)))
            }
            guard let login else { return completion(reason) }
            // One that ends in order has carried the peer's own end, or has lost its login, which is known soon.
            timer = loop.schedule(at: .now + .milliseconds(100)) {
                completion(login.isOfUse ? reason : .tunnel(login.failure))
            }
        }
    }

    func end() {
        timer?.cancel()
        program.end()
    }

    /// That of a login has nothing but what the peer says on its standard output.
    func failure(saying words: String) -> TunnelFailure? {
        guard login == nil else { return nil }
        let complaints = program.complaints.lastWords
        let more = complaints.isEmpty ? "" : ", and on standard error: \(complaints)"
        var failure = TunnelFailure(tunnel: tunnel, words: words + more, command: typed ?? program.command)
        failure.isGuess = true
        return failure
    }
}
