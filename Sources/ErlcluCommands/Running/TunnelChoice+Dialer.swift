import ByteTransport
import ReleaseFiles

extension TunnelChoice {
    /// What dials through it. One of these has one program for all its connections, where the tunnel has that.
    func dialer() -> any Dialer {
        switch kind {
        case .ssh(let destination, let port):
            SecureShellTunnel(name: description, destination: destination, port: port.map { UInt16(clamping: $0) })
        case .pod(let context, let namespace, let name):
            PodTunnel(
                name: description, pod: PodTunnel.Pod(context: context, namespace: namespace, pod: name))
        case .command(let words): CommandTunnel(name: description, words: words)
        }
    }
}

/// The dialers of a command: connections through the same tunnel share one, for as long as any of them is in use, or no
/// other one has been used since.
@LoopActor
final class Dialers {
    private struct Entry {
        weak var dialer: (any Dialer & AnyObject)?
    }

    private var entries: [TunnelChoice: Entry] = [:]
    private var latest: (any Dialer)?
    /// Whether programs of tunnels may ask on the terminal.
    var mayAsk = true {
        didSet { for entry in entries.values { (entry.dialer as? SecureShellTunnel)?.mayAsk = mayAsk } }
    }

    nonisolated init() {}

    func dialer(for tunnel: TunnelChoice?) -> any Dialer {
        guard let tunnel else { return TCPDialer() }
        if let known = entries[tunnel]?.dialer {
            latest = known
            return known
        }
        let dialer = tunnel.dialer()
        (dialer as? SecureShellTunnel)?.mayAsk = mayAsk
        latest = dialer
        if let shared = dialer as? any Dialer & AnyObject { entries[tunnel] = Entry(dialer: shared) }
        return dialer
    }
}
