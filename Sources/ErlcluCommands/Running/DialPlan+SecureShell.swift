import ByteTransport
import ClusterAdmin
import Diagnosis
import ErlangNode
import ReleaseFiles
import SSHTransport

extension DialPlan {
    /// For the daemon and what leads there, when the command has more.
    private static let patience = Duration.seconds(60)

    /// One of the SSH hosts on the way to a node's daemon, or the daemon itself, which is the last.
    fileprivate struct Stop {
        /// As messages call it.
        var name: String
        var settings: SecureShellSettings
        var policy: HostKeyPolicy
        /// Whose key it shows.
        var keyOwner: String
        var isDaemon = false
    }

    /// What leads to a node's daemon.
    struct SecureShellWay {
        let place: SSHPlace
        /// For the attempt.
        let time: Duration
        fileprivate let stops: [Stop]
        fileprivate let command: String?

        /// What has not greeted us may be the program.
        func named(_ outcome: SessionOutcome) -> SessionOutcome {
            guard command != nil, case .failed(var failure) = outcome, failure.code != .tunnel,
                failure.stage <= .sshBanner
            else { return outcome }
            failure.message += "; the way there is a ProxyCommand"
            return .failed(failure)
        }
    }

    /// Finds out how the daemon is reached.
    /// - Parameter user: whose settings of OpenSSH count.
    @LoopActor
    func way(
        through ssh: Sourced<SecureShellChoice>, as user: SecureShellUser
    ) throws(CommandFailure) -> SecureShellWay {
        let stops: [Stop]
        do throws(SettingsError) { stops = try self.stops(of: ssh, as: user) } catch { throw CommandFailure(error) }
        guard let daemon = stops.last, let first = stops.first else {
            throw .configuration(message: "nothing says how \(ssh.value) is reached", remedy: nil)
        }
        let place = SSHPlace(
            name: daemon.name,
            endpoint: Endpoint(host: daemon.settings.host.value, port: UInt16(clamping: daemon.settings.port.value)),
            node: node, expected: expectedName)
        var command: String?
        if let proxy = first.settings.proxyCommand {
            command = try ProxyCommandText.expanded(
                proxy.value, user: first.settings.user.value, destination: first.settings.destination,
                host: first.settings.host.value)
        }
        let left = deadline.map { max(Instant.now.duration(to: $0), .milliseconds(1)) }
        return SecureShellWay(
            place: place, time: min(Self.patience, left ?? Self.patience), stops: stops, command: command)
    }

    /// - Parameter passed: is told of each step that is done at the daemon.
    @LoopActor
    func route(
        _ way: SecureShellWay, _ asking: PersonalQuestions, _ passed: @escaping SecureShellProgress.Observer
    ) -> SSHRoute {
        let hops = way.stops.map { stop in
            hop(stop, asking, stop.isDaemon ? passed : { trace?.passed($0, at: stop.name, $1) })
        }
        return SSHRoute(hops[0], then: Array(hops.dropFirst()), command: way.command)
    }

    /// What asks the node through its SSH daemon.
    /// - Parameter user: whose settings of OpenSSH count.
    @LoopActor
    func administrator(
        through ssh: Sourced<SecureShellChoice>, as user: SecureShellUser
    ) throws(CommandFailure) -> NodeAdministrator {
        let way = try way(through: ssh, as: user)
        let made = MadeAdministrator()
        let administrator = NodeAdministrator(node: node) { completion in
            let connector = SSHConnector(to: way.place, on: LoopActor.loop)
            connector.onStep = { step, words in
                trace?.passed(step, at: way.place.name, words)
                onStep?(step, words)
            }
            if let first = way.stops.first?.settings {
                trace?.write("TCP", "connecting to \(first.host.value):\(first.port.value)")
            }
            let asking = PersonalQuestions(
                stopClock: { connector.stopClock() }, startClock: { connector.startClock() }
            ) { made.administrator?.timeOfPeople += $0 }
            let route = route(way, asking) { [weak connector] in connector?.passed($0, $1) }
            connector.start(within: way.time) { expression in
                route.connect(on: LoopActor.loop).execute(expression)
            } _: {
                completion(way.named($0))
            }
            return {
                asking.cancel()
                connector.cancel()
            }
        }
        made.administrator = administrator
        return administrator
    }

    private func stops(
        of ssh: Sourced<SecureShellChoice>, as user: SecureShellUser
    ) throws(SettingsError) -> [Stop] {
        guard let daemon = settings.secureShell, let policy = try hostKeyPolicy(canAsk: canAsk) else { return [] }
        var stops: [Stop] = []
        if !daemon.jumps.value.isEmpty {
            let resolver = SecureShellResolver(user: user, configuration: settings.sshOptions.configuration)
            let request = SecureShellResolver.Request(ssh, settings.sshOptions)
            for hop in try resolver.route(to: request).dropLast() {
                let name = "\(hop.host.value):\(hop.port.value)"
                stops.append(
                    Stop(
                        name: name, settings: hop, policy: try hostKeyPolicy(ofHop: hop, canAsk: canAsk),
                        keyOwner: name))
            }
        }
        return stops + [
            Stop(name: ssh.value.description, settings: daemon, policy: policy, keyOwner: node, isDaemon: true)
        ]
    }

    /// - Parameter passed: is told of each step that is done there.
    @LoopActor
    private func hop(
        _ stop: Stop, _ asking: PersonalQuestions, _ passed: @escaping SecureShellProgress.Observer
    ) -> SSHRoute.Hop {
        let settings = stop.settings
        var client = SSHClientSettings(user: settings.user.value, host: stop.name)
        client.hostKeyAlgorithms = stop.policy.algorithms()
        if case .socket(let path) = settings.agent.value { client.agent = path }
        client.ciphers = settings.algorithms[.ciphers]?.value.names ?? []
        client.messageCodes = settings.algorithms[.messageCodes]?.value.names ?? []
        client.keyExchanges = settings.algorithms[.keyExchanges]?.value.names ?? []
        client.methods = settings.methods.value.compactMap { SSHClientSettings.Method(rawValue: $0.rawValue) }
        client.passwordAttempts = settings.passwordPrompts.value
        client.usesIdentitiesOnly = settings.identitiesOnly.value
        client.identities = settings.identityFiles.map { file in
            SSHClientSettings.Identity(
                path: file.value.path,
                certificates: settings.certificateFiles.map(\.value.path) + ["\(file.value.path)-cert.pub"])
        }
        let (judge, ask, node) = (judgesHostKey, asksSecret, node)
        var shown = ""
        var opened: Set<String> = []
        var questions = SSHClientQuestions { key, answer in
            shown = HostKey(key.blob).map { "\($0.kind) \($0.fingerprint)" } ?? ""
            guard let judge else {
                return answer(
                    NodeFailure(
                        .sshHostKey, stage: .sshHostKey, node: node,
                        message: "nobody judges the host key of \(stop.name)",
                        remedy: "ask in another way"))
            }
            LoopActor.assumeIsolated {
                asking.begin { () async -> NodeFailure? in
                    var failure = await judge(key.blob, stop.policy, stop.keyOwner)
                    // What fails is the way to the node, at whichever host.
                    failure?.node = node
                    return failure
                } _: {
                    answer($0)
                }
            }
        } passphrase: { path, answer in
            guard let ask else { return answer(nil) }
            // Asked once more, the one that was typed did not open it.
            let wrong = opened.insert(path).inserted ? "" : "That passphrase does not open it. "
            LoopActor.assumeIsolated {
                asking.begin {
                    await ask("\(wrong)Passphrase for \(path): ")
                } _: {
                    answer($0)
                }
            }
        }
        let giver = passwordGiver(for: stop)
        if let giver {
            client.hasOnePassword = !giver.asksPerson
            questions.password = { question, answer in
                LoopActor.assumeIsolated {
                    guard giver.asksPerson else { return answer(giver.given(for: question)) }
                    asking.begin {
                        await giver.asked(question, by: shown)
                    } _: {
                        answer($0)
                    }
                }
            }
        }
        var hop = SSHRoute.Hop(
            settings: client, questions: questions, host: settings.host.value,
            port: UInt16(clamping: settings.port.value))
        hop.onStep = { step, words in
            if step == .authentication { LoopActor.assumeIsolated { giver?.wasTaken() } }
            passed(step, step == .hostKey ? shown : words)
        }
        return hop
    }

    /// A person knows which host asks. A password that is given is the daemon's, and no host on the way gets it.
    @LoopActor
    private func passwordGiver(for stop: Stop) -> PasswordGiver? {
        guard let choice = self.settings.sshOptions.password?.value else { return nil }
        if case .given = choice, !stop.isDaemon { return nil }
        let settings = stop.settings
        return PasswordGiver(
            choice, for: "\(settings.user.value)@\(settings.host.value):\(settings.port.value)", asking: asksSecret,
            knowing: typedPasswords)
    }

    private var expectedName: SSHPlace.Expectation {
        // Nobody has named the node whose daemon it is. Another member that is asked for is not that one.
        if takesAnyName || settings.takesAnyName && settings.nodes.value.contains(node) { return .anyName }
        guard settings.assumedHosts.contains(node) else { return .name(node) }
        return .nameWithoutHost(String(node.prefix { $0 != "@" }))
    }
}

/// What its own way of connecting knows it by.
@LoopActor
final class MadeAdministrator {
    weak var administrator: NodeAdministrator?
}
