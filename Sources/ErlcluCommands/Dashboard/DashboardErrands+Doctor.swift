import ByteTransport
import ClusterAdmin
import Dashboard
import Diagnosis
import ErlangNode
import HandshakeTrace

/// The visits of doctor, as far as they have come.
extension DashboardErrands {
    func examine(_ node: String) async {
        if let reason = unreached(node) { return send(.notExamined(node: node, reason)) }
        let visit: DoctorVisit
        var seen: (@LoopActor (DoctorVisit.Event) -> Void)?
        visit = DoctorVisit(run.approach(node, settings.holding(for: node)), until: .now + Self.limit) { seen?($0) }
        seen = { [weak self] event in
            switch event {
            case .began(let ladder), .climbed(let ladder):
                self?.send(.examined(node: node, ladder: ladder, checks: [], isOver: false))
            case .looksAgain, .ended: break
            }
        }
        do throws(VisitFailure) {
            defer { visit.target?.close() }
            try await visit.examine()
            send(.examined(node: node, ladder: visit.ladder, checks: visit.checks, isOver: true))
        } catch { send(.notExamined(node: node, error.message)) }
    }

    /// Has the first node connect to the second, as `doctor --from` does.
    func examine(_ pair: NodePair) async {
        let initiator = DoctorVisit(run.approach(pair.from, settings.holding(for: pair.from)), until: .now + Self.limit)
        { _ in }
        defer { initiator.target?.close() }
        do throws(VisitFailure) {
            try await initiator.examine()
            guard initiator.target != nil else {
                // Our way to the one that is to dial says nothing of its way to the other.
                let failure = initiator.noEvaluation ?? initiator.ladder.broken?.failure
                let why = failure.map { ": \($0.code.rawValue): \($0.message)" } ?? ""
                let words = "\(pair.from) does not answer us, and cannot be asked to connect\(why)"
                return send(.notExamined(node: pair.to, from: pair.from, words))
            }
            let acceptor = DoctorVisit(run.approach(pair.to, settings.holding(for: pair.to)), until: .now + Self.limit)
            { _ in }
            defer { acceptor.target?.close() }
            let visit = PairVisit(
                from: initiator, to: acceptor, isHostAssumed: false, until: .now + Self.limit,
                readCertificate: CommandRun.certificate
            ) { [weak self] event in
                switch event {
                case .began(let ladder), .climbed(let ladder):
                    self?.send(
                        .examined(node: pair.to, from: pair.from, ladder: ladder, checks: [], isOver: false))
                case .untraced(let node, let reason): self?.send(.logged("\(node) is not traced: \(reason)"))
                }
            }
            try await visit.examine()
            send(
                .examined(
                    node: pair.to, from: pair.from, ladder: visit.ladder, checks: visit.checks, isOver: true))
        } catch { send(.notExamined(node: pair.to, from: pair.from, error.message)) }
    }
}
