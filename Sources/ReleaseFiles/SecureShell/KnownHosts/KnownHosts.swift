/// What several files know of one host, or of one node, under one name.
package struct KnownHosts: Sendable {
    package let files: [KnownHostsFile]
    /// Whether names are those of nodes. `*.internal` is about hosts: a node at one of them is known only where its
    /// name stands in full. What is revoked is so by patterns too.
    private let areNodes: Bool

    package init(_ files: [KnownHostsFile], ofNodes areNodes: Bool = false) {
        self.files = files
        self.areNodes = areNodes
    }

    /// What files say of a key.
    package enum Verdict: Hashable, Sendable {
        case known(KnownHostsPlace)
        /// Other keys are known for the host, and not this one.
        case changed([KnownHostsFile.Entry])
        case unknown
        case revoked(KnownHostsPlace)
        /// Only `@cert-authority` lines are about the host, and the key is no certificate.
        case onlyAuthority(KnownHostsPlace)
    }

    /// The lines about a host.
    package func entries(of name: String) -> [KnownHostsFile.Entry] {
        files.flatMap { $0.entries.filter { isAbout(name, $0) } }
    }

    private func isAbout(_ name: String, _ entry: KnownHostsFile.Entry) -> Bool {
        areNodes && entry.marker != .revoked ? entry.names.name(name) : entry.names.include(name)
    }

    /// As OpenSSH judges: a revoked key counts before all, and one key that is known makes each other one a change,
    /// whatever its algorithm.
    package func verdict(on key: HostKey, of name: String) -> Verdict {
        if let place = revocation(of: key, name) { return .revoked(place) }
        if let known = line(.none, key, about: name) { return .known(known.place) }
        let entries = entries(of: name)
        let plain = entries.filter { $0.marker == .none }
        if !plain.isEmpty { return .changed(plain) }
        if let authority = entries.first(where: { $0.marker == .authority }) { return .onlyAuthority(authority.place) }
        return .unknown
    }

    /// The line by which a key is never accepted for a host.
    package func revocation(of key: HostKey, _ name: String) -> KnownHostsPlace? {
        line(.revoked, key, about: name)?.place
    }

    /// Names are compared last: one that is hashed takes time.
    private func line(_ marker: KnownHostsFile.Marker, _ key: HostKey, about name: String) -> KnownHostsFile.Entry? {
        for file in files {
            if let entry = file.entries.first(where: { $0.marker == marker && $0.key == key && isAbout(name, $0) }) {
                return entry
            }
        }
        return nil
    }

    /// Names, other than `name`, that the same key stands for in full.
    package func otherNames(of key: HostKey, than name: String) -> [String] {
        var names: [String] = []
        for file in files {
            for entry in file.entries where entry.marker == .none && entry.key == key {
                for other in entry.names.plainNames where other != name.loweredASCII && !names.contains(other) {
                    names.append(other)
                }
            }
        }
        return names
    }
}

/// Algorithms of host keys, in the order in which they are asked for.
package enum HostKeyOrder {
    /// Those of OpenSSH 9.2, without certificates, which are not supported.
    package static let usual = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", "rsa-sha2-512", "rsa-sha2-256",
    ]

    /// Those that OpenSSH knows besides.
    private static let further = ["ssh-rsa", "ssh-dss"]

    /// `HostKeyAlgorithms`. Certificates are left out.
    static func list(_ written: String) -> AlgorithmList { AlgorithmList(written, usual: usual, further: further) }

    /// The list with those first that a key is known for: a host that has several keys is to show one of these. As
    /// OpenSSH, it stays as it is where a key is known for the first one.
    /// - Parameter known: algorithms of the keys, as they stand in `known_hosts`.
    package static func preferring(_ known: Set<String>, in list: [String]) -> [String] {
        func isKnown(_ algorithm: String) -> Bool {
            known.contains(algorithm.hasPrefix("rsa-sha2-") ? "ssh-rsa" : algorithm)
        }
        guard let first = list.first, !isKnown(first) else { return list }
        return list.filter(isKnown) + list.filter { !isKnown($0) }
    }
}
