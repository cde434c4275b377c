import ByteTransport
import ReleaseFiles

/// Where the epmd of the members' hosts is asked from here. Nil where none is known to be theirs: behind an address that was
/// given another machine may answer.
struct RegistrationPlace {
    /// Where it is said to be; nil: on the host that is asked about.
    var host: String?
    var port: Int
    var tunnel: TunnelChoice?
    /// Whether the epmds of other hosts than the entry's are come to as well.
    var asksOthers: Bool
    /// Between two questions to the same one.
    var interval: Duration

    init?(_ settings: NodeSettings) {
        guard settings.transport.value != .ssh, settings.address == nil,
            case .lookup(let host, let port) = settings.epmd.value
        else { return nil }
        self.host = host
        self.port = port
        tunnel = settings.via?.value
        // A tunnel leads to one place, and a program runs for each question through it.
        asksOthers = host == nil && tunnel == nil
        interval = tunnel == nil ? .seconds(30) : .seconds(120)
    }
}
