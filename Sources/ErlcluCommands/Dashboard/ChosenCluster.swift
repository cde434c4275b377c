import ByteTransport
import ClusterAdmin
import Dashboard
import Diagnosis
import ErlangNode
import ReleaseFiles

/// The cluster that was named, or that a person chooses on the screen, and then another one.
@LoopActor
final class ChosenCluster: DashboardSource {
    /// What a person has decided.
    private enum Decision {
        case target(DashboardTarget)
        /// Back to the cluster before this one.
        case back
    }

    /// A cluster, and how it was come to.
    private struct Known {
        var live: LiveCluster
        /// What was chosen; nil: it was named.
        var choice: DashboardTarget?
    }

    private let run: CommandRun
    private let messages: EventQueue<DashboardMessage>
    private let decisions = EventQueue<Decision>(limit: 4)
    private var current: Known?
    /// The one before it, until that is there.
    private var former: Known?
    /// Whether what there is to choose can be listed.
    private let offersChoices: Bool
    /// What was known when the program began: this host is asked as it says, whatever is chosen later.
    private let ownSettings: NodeSettings?
    private var isOffering = false
    private var hasOffered = false

    /// - Parameter live: what was named; nil where nothing was.
    init(_ live: LiveCluster?, _ run: CommandRun, _ messages: EventQueue<DashboardMessage>) {
        current = live.map { Known(live: $0) }
        self.run = run
        self.messages = messages
        offersChoices = live == nil
        ownSettings = run.knownSettings
    }

    func feed() async {
        await withTaskGroup(of: Void.self) { group in
            if offersChoices {
                let listing: @LoopActor @Sendable () async -> Void = { [self] in await offerChoices() }
                group.addTask(operation: listing)
            }
            while !Task.isCancelled {
                guard let decision = await nextDecision() else { break }
                switch decision {
                case .target(let target): take(target)
                case .back: goBack()
                }
            }
            group.cancelAll()
        }
        current?.live.end()
        former?.live.end()
    }

    /// Shows what is chosen, until something else is.
    /// - Returns: nil where the task is cancelled.
    private func nextDecision() async -> Decision? {
        await withTaskGroup(of: Decision?.self) { group in
            if let live = current?.live {
                let feeding: @LoopActor @Sendable () async -> Decision? = {
                    await live.feed()
                    return nil
                }
                group.addTask(operation: feeding)
            }
            let choosing: @LoopActor @Sendable () async -> Decision? = { [decisions] in
                if case .value(let decision) = await decisions.next(until: nil) { decision } else { nil }
            }
            group.addTask(operation: choosing)
            for await decision in group {
                guard let decision else { continue }
                group.cancelAll()
                return decision
            }
            return nil
        }
    }

    private func take(_ target: DashboardTarget) {
        let before = run.choice
        run.choice = target
        do throws(CommandFailure) {
            let settings = try run.settings()
            guard let node = settings.nodes.value.first else { throw run.noNode(settings) }
            let entry = try run.open(node, settings, until: nil)
            keepCurrent()
            current = Known(live: LiveCluster(entry, settings, run, messages), choice: target)
            messages.push(.connected(settings.identity(entry: entry.node)), isVital: true)
            if case .node(let name) = target, let via = run.settingsFlags.via {
                messages.push(.notice("\(name) is dialled through \(via), as --via says"))
            }
        } catch {
            run.choice = before
            let problems = error.items.flatMap { item in
                [ConnectionProblem(label: "", text: item.code), ConnectionProblem(label: "WHY", text: item.message)]
                    + (item.remedy.map { [ConnectionProblem(label: "FIX", text: $0)] } ?? [])
            }
            messages.push(.notConnected(problems), isVital: true)
        }
    }

    /// One that has been there is kept until the next one is; one that never was is not.
    private func keepCurrent() {
        guard let current else { return }
        guard current.live.hasListed else { return current.live.end() }
        former?.live.end()
        current.live.rest()
        former = current
    }

    /// The model knows it already.
    private func goBack() {
        guard let former else { return }
        current?.live.end()
        current = former
        self.former = nil
        run.choice = former.choice
        // What is asked for later is asked as it was there.
        do throws(CommandFailure) { _ = try run.settings() } catch {}
    }

    private func offerChoices() async {
        guard !isOffering else { return }
        isOffering = true
        defer { isOffering = false }
        let isFirst = !hasOffered
        hasOffered = true
        await run.offerChoices(ownSettings, isFirst: isFirst) { messages.push(.choices($0)) }
    }

    func errands(for effect: DashboardEffect) -> [Errand] {
        switch effect {
        case .connect(let target): decisions.push(.target(target))
        case .goBack: decisions.push(.back)
        case .leaveFormer:
            former?.live.end()
            former = nil
        case .offerChoices: return offersChoices ? [{ [self] in await offerChoices() }] : []
        default: return current?.live.errands(for: effect) ?? []
        }
        return []
    }
}

extension NodeSettings {
    /// What a dashboard shows of what it is connected to.
    func identity(entry: String) -> DashboardIdentity {
        let mode: DashboardModel.NodeMode =
            switch self.mode.value {
            case .readOnly: .readOnly
            case .protected: .protected
            case .readWrite: .readWrite
            }
        return DashboardIdentity(
            title: context?.value ?? entry, entry: entry, transport: transport.value.rawValue, mode: mode,
            context: context?.value, expected: namedNodes)
    }
}
