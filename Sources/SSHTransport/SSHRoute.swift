package import ByteTransport
package import Diagnosis

/// The way to an SSH host: over TCP or through a program, and then through other SSH hosts, one after the other. Each
/// of them is a connection of its own with the next one: all keys are judged here, and none of ours is shown to a host
/// that only passes bytes on.
package struct SSHRoute {
    package struct Hop {
        package var settings: SSHClientSettings
        package var questions: SSHClientQuestions
        /// What is dialled, from the hop before.
        package var host: String
        package var port: UInt16
        /// Is told of each step that is done with this host.
        package var onStep: SecureShellProgress.Observer?

        package init(settings: SSHClientSettings, questions: SSHClientQuestions, host: String, port: UInt16) {
            self.settings = settings
            self.questions = questions
            self.host = host
            self.port = port
        }
    }

    private let first: Hop
    private let others: [Hop]
    private let command: String?

    /// - Parameters:
    ///   - others: behind the first one; the last of all is where the way leads.
    ///   - command: a line for `/bin/sh`, as ProxyCommand in ssh_config(5), which carries the connection to the first
    ///     hop; `%h`, `%p` and `%%` are replaced in it.
    package init(_ first: Hop, then others: [Hop] = [], command: String? = nil) {
        self.first = first
        self.others = others
        self.command = command
    }

    /// Begins. What the last connection needs ends with it.
    package func connect(on loop: EventLoop) -> SSHConnection {
        let stream = dialer.dial(host: first.host, port: first.port, on: loop)
        var connection = SSHConnection(first.settings, over: stream, asking: first.questions, on: loop)
        connection.onStep = first.onStep
        var name = first.settings.host
        for hop in others {
            var settings = hop.settings
            settings.jump = name
            let way = connection.forward(to: hop.host, port: hop.port)
            connection = SSHConnection(settings, over: way, asking: hop.questions, on: loop)
            connection.onStep = hop.onStep
            name = hop.settings.host
        }
        return connection
    }

    private var dialer: any Dialer {
        guard let command else { return TCPDialer() }
        return CommandTunnel(name: "ProxyCommand", words: ["/bin/sh", "-c", "exec \(command)"])
    }
}
