internal import CLibSSH
internal import Glibc

/// A session of libssh over a socket, and what is freed with it: its channels and its descriptor.
///
/// Unchecked: one thread uses it at a time, that of the loop, or that of a call that blocks, while the loop leaves it
/// alone. The last one that lets go of it ends it.
final class SSHHandle: @unchecked Sendable {
    let session: OpaquePointer
    /// libssh calls them until the session is over.
    private var inputs: [SSHChannelInput] = []
    /// libssh counts in them until the session is freed.
    private let counters: UnsafeMutablePointer<ssh_counter_struct>
    /// How many packets it had made when the socket had last taken all of them.
    private var takenPackets: UInt64 = 0

    /// So many packets wait for a host at most. Of ours there are a few at a time; the rest are answers to what it asks,
    /// some 40 bytes each.
    private static let untakenPackets: UInt64 = 1 << 14

    /// Kinds of algorithms of which libssh takes none that is asked for.
    private(set) var refusedKinds: [String] = []

    /// - Parameter descriptor: a connected socket, which is libssh's from now on.
    /// - Returns: nil without memory; the descriptor is closed then.
    init?(_ descriptor: Int32, _ settings: SSHClientSettings) {
        guard let session = ssh_new() else {
            close(descriptor)
            return nil
        }
        self.session = session
        counters = .allocate(capacity: 1)
        counters.initialize(to: ssh_counter_struct())
        ssh_set_counters(session, nil, counters)
        set(SSH_OPTIONS_FD, descriptor)
        // Neither its own reader of ssh_config nor its files of host keys: what is judged, and how, is said by us.
        set(SSH_OPTIONS_PROCESS_CONFIG, Int32(0))
        set(SSH_OPTIONS_SSH_DIR, "/nonexistent")
        set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null")
        set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null")
        set(SSH_OPTIONS_HOST, settings.host)
        set(SSH_OPTIONS_USER, settings.user)
        set(SSH_OPTIONS_COMPRESSION, "no")
        choose("host key", settings.hostKeyAlgorithms, SSH_OPTIONS_HOSTKEYS)
        choose("cipher", settings.ciphers, SSH_OPTIONS_CIPHERS_C_S, SSH_OPTIONS_CIPHERS_S_C)
        choose("MAC", settings.messageCodes, SSH_OPTIONS_HMAC_C_S, SSH_OPTIONS_HMAC_S_C)
        choose("key exchange", settings.keyExchanges, SSH_OPTIONS_KEY_EXCHANGE)
        ssh_set_blocking(session, 0)
        clibssh_refuse_requests(session)
    }

    deinit {
        // -1 where libssh has closed it. One that it was given is forgotten by ssh_disconnect, and never closed.
        let descriptor = ssh_get_fd(session)
        ssh_disconnect(session)
        if descriptor >= 0 { close(descriptor) }
        ssh_free(session)
        counters.deallocate()
    }

    /// Has it live as long as the session.
    func keep(_ input: SSHChannelInput) { inputs.append(input) }

    /// libssh leaves out what it does not know, and refuses a list of nothing else.
    private func choose(_ kind: String, _ names: [String], _ options: ssh_options_e...) {
        if names.isEmpty { return }
        let list = names.joined(separator: ",")
        if !options.allSatisfy({ set($0, list) }) { refusedKinds.append(kind) }
    }

    @discardableResult
    private func set(_ option: ssh_options_e, _ text: String) -> Bool {
        text.withCString { ssh_options_set(session, option, $0) } == SSH_OK
    }

    private func set(_ option: ssh_options_e, _ number: Int32) {
        var number = number
        ssh_options_set(session, option, &number)
    }

    /// What libssh says of the last thing that failed; words of the host may be among them.
    var problem: String {
        guard let text = ssh_get_error(UnsafeMutableRawPointer(session)) else { return "" }
        return String(String(cString: text).prefix(300))
    }

    var isConnected: Bool { ssh_is_connected(session) != 0 }

    /// Whether it waits for the socket to take more.
    var isWritePending: Bool {
        if ssh_get_poll_flags(session) & SSH_WRITE_PENDING != 0 { return true }
        takenPackets = counters.pointee.out_packets
        return false
    }

    /// Whether the host asks and asks, and takes no answer while a write is pending: libssh keeps each of them.
    var isFlooded: Bool { counters.pointee.out_packets &- takenPackets > Self.untakenPackets }

    /// Whether the host has said that it speaks SSH.
    var isGreeted: Bool { ssh_get_serverbanner(session) != nil }

    /// What it calls itself then, `SSH-2.0-...`: words of the host.
    var banner: String { ssh_get_serverbanner(session).map { String(String(cString: $0).prefix(120)) } ?? "" }

    var hostKey: SSHHostKey? {
        var key: OpaquePointer?
        guard ssh_get_server_publickey(session, &key) == SSH_OK, let key else { return nil }
        defer { ssh_key_free(key) }
        return SSHHostKey(key)
    }

    /// The methods that the host takes, once it has refused one.
    var methods: [String] {
        let set = UInt32(bitPattern: ssh_userauth_list(session, nil))
        let names: [(UInt32, String)] = [
            (SSH_AUTH_METHOD_PUBLICKEY, "publickey"), (SSH_AUTH_METHOD_PASSWORD, "password"),
            (SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"), (SSH_AUTH_METHOD_HOSTBASED, "hostbased"),
            (SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"),
        ]
        return names.filter { set & $0.0 != 0 }.map(\.1)
    }
}
