import ByteTransport
import ClusterAdmin
import Dashboard
import Diagnosis
import ErlangNode
import ReleaseFiles

extension DashboardTarget {
    /// What was typed of another target does not hold for this one. A node may well be behind the same host as that one; a
    /// context or a release has its own way.
    func apply(to flags: inout SettingsFlags) {
        (flags.nodes, flags.address, flags.release, flags.vmArguments) = ([], nil, nil, nil)
        (flags.context, flags.serverName) = (nil, nil)
        switch self {
        case .context(let name): (flags.context, flags.via) = (name, nil)
        case .release(let directory): (flags.release, flags.via) = (directory, nil)
        case .node(let name): flags.nodes = [name]
        }
    }
}

/// What the picker offers. Nothing of a release is run for a look.
extension CommandRun {
    /// An epmd that gives no answer keeps nobody from choosing.
    private static let patience = Duration.seconds(2)

    /// - Parameters:
    ///   - settings: say where the epmd of this host is.
    ///   - isFirst: whether what is known at once is not held back for the nodes of this host.
    ///   - take: is given all that there is.
    @LoopActor
    func offerChoices(
        _ settings: NodeSettings?, isFirst: Bool, _ take: ([DashboardChoice]) -> Void
    ) async {
        let known = contextChoices + releaseChoices
        var nodes: [DashboardChoice] = []
        if isFirst { take(known) }
        defer { if !isFirst || !nodes.isEmpty { take(known + nodes) } }
        let host = context.hostName
        // Behind something else the names are not those of this host.
        guard settings?.via == nil, case .lookup(let place, let port)? = settings?.epmd.value else { return }
        do throws(NodeFailure) {
            let names = try await context.targets.names(
                host: place ?? "localhost", port: port, via: nil, deadline: .now + Self.patience)
            nodes = names.map { name in
                DashboardChoice(
                    .node("\(name.name)@\(host)"), node: "\(name.name)@\(host)", transport: nil,
                    remark: "port \(name.port) of this host")
            }
        } catch {}
    }

    private var contextChoices: [DashboardChoice] {
        let contexts: [KnownContext]
        do throws(CommandFailure) { contexts = try self.contexts() } catch {
            return []
        }
        return contexts.map { known in
            var flags = SettingsFlags()
            flags.context = known.name
            let settings = try? context.targets.settings(flags)
            let usual = known.isUsual ? ", the usual one" : ""
            let nodes = known.nodes.count == 1 ? "1 node" : "\(known.nodes.count) nodes"
            return DashboardChoice(
                .context(known.name), node: known.nodes.first, transport: settings?.transport.value.rawValue,
                remark: known.isReadable ? nodes + usual : "it cannot be read as it is")
        }
    }

    private var releaseChoices: [DashboardChoice] {
        context.targets.releases().map { found in
            var flags = SettingsFlags()
            flags.release = found.directory
            let settings = try? context.targets.settings(flags)
            return DashboardChoice(
                .release(found.directory), node: settings?.nodes.value.first,
                transport: settings?.transport.value.rawValue, remark: found.origin)
        }
    }
}
