import ByteTransport
import ClusterAdmin
import ReleaseFiles

/// Where the epmd of the members' hosts is asked. Nil where none is known to be theirs: behind an address that was given
/// another machine may answer.
struct RegistrationPlace {
    /// Where it is said to be; nil: on the host that is asked about.
    var host: String?
    var port: Int
    var tunnel: TunnelChoice?
    /// Whether nothing but the node that is asked is reached from here.
    private var isOverSSH: Bool
    /// Whether the epmds of other hosts than the entry's are come to as well.
    var asksOthers: Bool
    /// Between two questions to the same one.
    var interval: Duration

    init?(_ settings: NodeSettings) {
        isOverSSH = settings.transport.value == .ssh
        switch settings.epmd.value {
        case .lookup(let host, let port) where isOverSSH || settings.address == nil:
            self.host = isOverSSH ? nil : host
            self.port = port
        default: return nil
        }
        tunnel = isOverSSH ? nil : settings.via?.value
        asksOthers = host == nil
        // A program runs for each question through a tunnel.
        interval = tunnel == nil ? .seconds(30) : .seconds(120)
    }

    /// Whether the node that is asked asks the epmd of a host, from where it is: a tunnel may lead to one place alone.
    /// - Parameter entry: the node that the tunnel leads to.
    func isAskedByEntry(_ host: String, of entry: String) -> Bool {
        isOverSSH || tunnel != nil && host != RegistrationRounds.host(of: entry)
    }
}
