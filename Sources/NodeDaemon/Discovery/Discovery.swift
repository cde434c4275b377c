import ByteTransport
import Diagnosis
import DistributionProtocol
import ErlangNode
import ReleaseFiles

/// Where the names of the peers come from, asked again and again.
final class Discovery {
    enum Source: Hashable {
        /// `dns:NAME`: every address of the name is a host.
        case dns(String)
        case fixed([NodeName])
        /// A file with a name a line; `#` begins a comment.
        case file(String)
        /// All that this epmd knows.
        case epmd(Endpoint)
    }

    private static let interval = Duration.seconds(5)
    /// epmd answers at once. One that takes the connection and says nothing is asked again.
    private static let patience = Duration.seconds(5)

    private let source: Source
    /// The part before the `@` for peers of which only the host is known.
    private let base: String
    private let own: NodeName
    private let files: any FileSource
    private let loop: EventLoop
    /// Lines of the file that are no names, which were reported.
    private var badLines: [String] = []
    private let passedOver: ([String]) -> Void
    private let found: (Result<[NodeName], DiscoveryFailure>) -> Void
    private var timer: TimerHandle?
    private var query: EPMDQuery?
    private var lookup: HostLookup?

    /// - Parameters:
    ///   - own: is never among the peers.
    ///   - passedOver: is given the lines of a file that are no names, once until they change.
    ///   - found: is called for each look, with all the peers.
    init(
        _ source: Source, base: String, own: NodeName, files: any FileSource, on loop: EventLoop,
        passedOver: @escaping ([String]) -> Void, found: @escaping (Result<[NodeName], DiscoveryFailure>) -> Void
    ) {
        self.source = source
        self.base = base
        self.own = own
        self.files = files
        self.loop = loop
        self.passedOver = passedOver
        self.found = found
        loop.enqueue { [weak self] in self?.look() }
    }

    func stop() {
        timer?.cancel()
        query?.cancel()
        lookup?.cancel()
    }

    private func look() {
        switch source {
        case .fixed(let names): found(.success(names.filter { $0 != own }))
        case .file(let path):
            do throws(FileFailure) {
                let list = Self.names(in: String(decoding: try files.read(path), as: UTF8.self))
                if list.bad != badLines, !list.bad.isEmpty { passedOver(list.bad) }
                badLines = list.bad
                take(list.names)
            } catch {
                fail("cannot read \(path): \(error.reason)")
            }
        case .epmd(let endpoint):
            ask(endpoint)
        case .dns(let name):
            lookup = HostLookup(name, on: loop) { [weak self, base] result in
                switch result {
                case .success(let addresses):
                    self?.take(addresses.compactMap { try? NodeName("\(base)@\($0.host)") })
                case .failure(let failure): self?.fail("\(failure.host): \(failure.text)")
                }
            }
        }
    }

    private func ask(_ epmd: Endpoint) {
        let query = EPMDQuery.names(at: epmd, by: TCPDialer(), on: loop) { [weak self] result in
            self?.timer?.cancel()
            switch result {
            case .success(let known): self?.take(known.compactMap { try? NodeName("\($0.alive)@\(epmd.host)") })
            case .failure(let failure): self?.fail(failure)
            }
        }
        self.query = query
        timer = loop.schedule(at: .now + Self.patience) { [weak self] in
            query.cancel()
            self?.fail(query.silence(at: epmd, within: "\(Int(Self.patience / .seconds(1))) s"))
        }
    }

    private func fail(_ failure: NodeFailure) { fail("\(failure.code.rawValue) \(failure.message)") }

    private func take(_ names: [NodeName]) {
        found(.success(Array(Set(names)).filter { $0 != own }.sorted { $0.name < $1.name }))
        again()
    }

    private func fail(_ reason: String) {
        found(.failure(DiscoveryFailure(words: reason)))
        again()
    }

    /// A fleet does not ask in step.
    private func again() {
        timer = loop.schedule(at: .now + Self.interval * Double.random(in: 0.8...1.2)) { [weak self] in self?.look() }
    }

    /// Of the lines that are no names so many are kept, and so much of each.
    private static let badLimit = (lines: 20, characters: 100)

    private static func names(in text: String) -> (names: [NodeName], bad: [String]) {
        var list: (names: [NodeName], bad: [String]) = ([], [])
        for line in text.split(whereSeparator: \.isNewline) {
            let word = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
            guard !word.isEmpty else { continue }
            if let name = try? NodeName(word) {
                list.names.append(name)
            } else if list.bad.count < badLimit.lines {
                list.bad.append(String(line.prefix(badLimit.characters)))
            }
        }
        return list
    }
}

struct DiscoveryFailure: Error, Hashable {
    var words: String
}

extension Discovery.Source {
    /// As it was given, but for a list of names, which may be long.
    var label: String {
        switch self {
        case .dns(let name): "dns:\(name)"
        case .fixed: "static"
        case .file(let path): "file:\(path)"
        case .epmd(let endpoint): "epmd:\(endpoint)"
        }
    }

    static let expected = "dns:NAME, static:a@h,b@h, file:PATH or epmd:HOST[:PORT]"

    /// - Parameter epmdPort: of an epmd whose port is not said.
    /// - Returns: nil for what is none.
    init?(_ text: String, epmdPort: UInt16) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let rest = String(parts[1])
        switch parts[0] {
        case "dns": self = .dns(rest)
        case "file": self = .file(rest)
        case "static":
            let names = rest.split(separator: ",").map { try? NodeName($0) }
            guard !names.isEmpty, !names.contains(nil) else { return nil }
            self = .fixed(names.compactMap { $0 })
        case "epmd":
            if let place = HostAndPort(rest) {
                self = .epmd(Endpoint(host: place.host, port: UInt16(clamping: place.port)))
            } else {
                self = .epmd(Endpoint(host: rest, port: epmdPort))
            }
        default: return nil
        }
    }
}
