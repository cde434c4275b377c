/// This machine's names as `erl` finds them for a `-sname` or `-name` without a host (`inet_config`, `net_kernel`).
///
/// From what gethostname(2) says, `resolv.conf` and `hosts`. Name servers are not asked: that could take longer than
/// the whole command.
struct HostNames {
    /// As gethostname gives it, with or without a domain.
    let system: String
    let files: any FileSource

    /// What `-sname` gets: without a domain.
    var short: String { canonical(of: split(system)).host }

    /// What `-name` gets; nil where no domain is known: `erl` refuses to start then.
    var long: String? {
        var names = split(system)
        // `domain` counts before the host's own name; `search` is none.
        names.domain = resolverDomain ?? names.domain
        names = canonical(of: names)
        return names.domain.isEmpty ? nil : names.host + "." + names.domain
    }

    /// Whether a node's host is this one, as far as it shows without a look-up.
    func isOwn(_ host: some StringProtocol) -> Bool {
        host == system || host == system.prefix { $0 != "." } || host == "localhost"
    }

    private typealias Names = (host: String, domain: String)

    private func split(_ name: String) -> Names {
        let host = name.prefix { $0 != "." }
        return (String(host), String(name.dropFirst(host.count + 1)))
    }

    /// Where no domain is known the host is looked up, and its first name counts, whatever it is.
    private func canonical(of names: Names) -> Names {
        guard names.domain.isEmpty, let found = hostsEntry(of: names.host) else { return names }
        return split(found)
    }

    /// The last `domain NAME`.
    private var resolverDomain: String? {
        lines(of: "/etc/resolv.conf").last { $0.count == 2 && $0[0] == "domain" }.map { String($0[1]) }
    }

    /// The first name on the first line for IPv4, or for `::1`, that has this name.
    private func hostsEntry(of name: String) -> String? {
        lines(of: "/etc/hosts").first { words in
            guard let address = words.first, !address.contains(":") || address == "::1" else { return false }
            return words.dropFirst().contains { $0.lowercased() == name.lowercased() }
        }.map { String($0[1]) }
    }

    /// The words of each line, without comments. A file that cannot be read is an empty one, as for `erl`.
    private func lines(of path: String) -> [[Substring]] {
        guard let bytes = try? files.read(path) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }
        }
    }
}
