import ErlcluTestSupport
import Foundation
import Testing

/// What goes wrong in a cluster is on the screen that is for it, with its reason, and is gone from there when it has been
/// mended.
@Suite(.waiting, .enabled(if: PrivateNetwork.isAvailable, "no network namespace is granted"))
struct ClusterFaultsTests {
    @Test func eachFaultIsOnItsScreenUntilItIsMended() throws {
        let cluster = try FaultyCluster()
        defer { cluster.stop() }
        try wellAtFirst(cluster)
        try aNodeIsKilled(cluster)
        try aCookieIsWrong(cluster)
        try aCertificateHasExpired(cluster)
        try aNodeStandsStill(cluster)
        try aLinkIsCut(cluster)
        try theClusterIsParted(cluster)
        try cluster.screen.press("Q")
        try cluster.expect("it ends in order") { $0.contains("status 0.") }
    }

    private func name(_ number: Int) -> String { FaultyCluster.name(number) }

    /// - Returns: the words of a node's row in a list of members.
    private func row(_ number: Int, _ screen: String) -> [Substring] {
        let rows = screen.split(separator: "\n").map { line in
            line.split { " >!*".contains($0) }
        }
        return rows.first { $0.count > 2 && $0[1] == name(number) } ?? []
    }

    private func isAll(_ state: String, _ numbers: [Int], _ screen: String) -> Bool {
        numbers.allSatisfy { row($0, screen).first.map(String.init) == state }
    }

    /// In a list that was recorded. Somebody may be dialling it.
    private func isUp(_ number: Int, _ list: [String: [String: Any]]) -> Bool {
        list[name(number)]?["state"] as? String == "up"
    }

    /// Whether the newest event of a node is trouble.
    private func isInTrouble(_ number: Int, _ events: String) -> Bool {
        let newest = events.split(separator: "\n").last { line in
            line.split { " >!*".contains($0) }.dropFirst().first.map(String.init) == name(number)
        }
        return newest?.hasPrefix("!") ?? false
    }

    /// A row of another screen.
    private func line(_ screen: String, _ words: String...) -> String? {
        screen.split(separator: "\n").map(String.init).last { line in words.allSatisfy { line.contains($0) } }
    }

    // MARK: the faults

    private func wellAtFirst(_ cluster: FaultyCluster) throws {
        try cluster.expect("all are there") { screen in
            isAll("UP", [1, 2, 3, 4], screen) && isAll("HD", [FaultyCluster.hidden], screen)
                && (1...4).allSatisfy { row($0, screen).contains("3/3") }
        }
        try cluster.expect("the mesh is whole", on: "2") { $0.contains("- = = =") && $0.contains("= = = -") }
        try cluster.expect("all are traced", on: "3") { screen in
            screen.contains("traced: ") && (1...5).allSatisfy { screen.contains(name($0)) }
        }
        try cluster.expect("none has expired", on: "4") { screen in
            (1...5).allSatisfy { line(screen, name($0), "CN=n\($0)") != nil } && !screen.contains("E-")
        }
        // A member may be late on a busy machine, or lose a link: that is seen as well, and is over.
        try cluster.expect("nobody is in trouble", on: "8") { screen in
            screen.contains("nothing has changed")
                || screen.contains("EVENT") && (1...5).allSatisfy { !isInTrouble($0, screen) }
        }
        try cluster.screen.press("1")
    }

    private func aNodeIsKilled(_ cluster: FaultyCluster) throws {
        try cluster.node(3).stop()
        try cluster.expectListed("3 is gone", once: { try !cluster.knows(1, 3) }) { !isUp(3, $0) }
        try cluster.expect("3 is down, and the others are whole") { screen in
            isAll("DN", [3], screen) && isAll("UP", [1, 2, 4], screen)
                && [1, 2, 4].allSatisfy { row($0, screen).contains("2/2") }
        }
        try cluster.expect("that it is no split is settled") { screen in
            !screen.contains("dead or split") && !screen.contains("cut off") && isAll("DN", [3], screen)
        }
        try cluster.expect("and it has gone", on: "8") { line($0, name(3), "gone") != nil }
        try cluster.start(3)
        #expect(try cluster.connect(3, to: 1))
        try cluster.expect("it is back", on: "1") { screen in
            isAll("UP", [1, 2, 3, 4], screen) && (1...4).allSatisfy { row($0, screen).contains("3/3") }
        }
        try cluster.expect("which is an event", on: "8") { line($0, name(3), "joined") != nil }
    }

    private func aCookieIsWrong(_ cluster: FaultyCluster) throws {
        let stranger = try cluster.start(FaultyCluster.Guest(number: 6, cookie: "another_cookie"))
        #expect(try !cluster.connect(6, to: 2))
        try cluster.expect("the code, the reason and the remedy", on: "3") { screen in
            line(screen, name(6), name(2), "E-COOKIE") != nil && screen.contains("WHY") && screen.contains("FIX")
        }
        try cluster.expect("nobody lists it", on: "1") { row(6, $0).isEmpty && isAll("UP", [1, 2, 3, 4], $0) }
        try stranger.evaluate("erlang:set_cookie('test_cookie')")
        #expect(try cluster.connect(6, to: 2))
        try cluster.expect("it is a member") { isAll("UP", [1, 2, 3, 4, 6], $0) }
        try cluster.expect("a handshake that went well", on: "3", isLast: true) {
            line($0, name(6), name(2), " up") != nil
        }
        stranger.stop()
        try cluster.expect("it is gone", on: "1") { isAll("DN", [6], $0) }
    }

    private func aCertificateHasExpired(_ cluster: FaultyCluster) throws {
        try cluster.start(
            FaultyCluster.Guest(number: 7, validity: .expired, arguments: ["-connect_all", "false"]))
        #expect(try !cluster.connect(2, to: 7))
        try cluster.expect("nobody lists it: the code, the reason and the remedy", on: "3") { screen in
            line(screen, name(2), name(7), "E-CERT-EXPIRED") != nil && screen.contains("WHY")
                && screen.contains("FIX")
        }
        // It gets in where it dials, with its other one.
        #expect(try cluster.connect(7, to: 1))
        try cluster.expect("a member with trouble", on: "1") { screen in
            row(7, screen).first == "UP" && line(screen, name(7))?.contains("!") == true
        }
        try cluster.expect("it comes first", on: "4") { screen in
            line(screen, name(7), "! ", " exp ") != nil
        }
        try cluster.start(FaultyCluster.Guest(number: 7))
        #expect(try cluster.connect(2, to: 7))
        try cluster.expect("it may be dialled", on: "3", isLast: true) { line($0, name(2), name(7), " up") != nil }
        try cluster.expect("all are well", on: "1") { screen in
            isAll("UP", [1, 2, 3, 4, 7], screen) && line(screen, name(7))?.contains("!") == false
        }
        try cluster.node(7).stop()
    }

    private func aNodeStandsStill(_ cluster: FaultyCluster) throws {
        try cluster.node(2).suspend()
        // We may see that it hangs before the others give it up.
        try cluster.expect("it gives no answer", on: "1") { screen in
            (line(screen, "UR", name(2), "E-TIMEOUT") != nil || isAll("RG", [2], screen))
                && isAll("UP", [1, 3, 4], screen)
        }
        try cluster.expectListed("2 is gone", once: { try !cluster.knows(1, 2) }) { !isUp(2, $0) }
        try cluster.expect("its link is given up, and it runs or hangs") { screen in
            isAll("RG", [2], screen) && screen.contains("1 cut off since")
        }
        try cluster.expect("why", on: "3", isLast: true) { line($0, name(2), "down: ") != nil }
        try cluster.expect("and when", on: "8") { line($0, name(2), "gone") != nil }
        try cluster.node(2).resume()
        try cluster.expect("it is back", on: "1") { screen in
            // Its own end of a link may be there still.
            (try? cluster.connect(2, to: 1)) == true && isAll("UP", [1, 2, 3, 4], screen)
                && (1...4).allSatisfy { row($0, screen).contains("3/3") }
        }
    }

    private func aLinkIsCut(_ cluster: FaultyCluster) throws {
        try cluster.network.cut(2, from: 4)
        try cluster.expectListed(
            "2 has no link to 4", once: { try !cluster.knows(2, 4) }
        ) { list in
            (list[name(2)]?["lists"] as? [String])?.contains(name(4)) == false
        }
        try cluster.expect("both are up, and a link is missing") { screen in
            isAll("UP", [1, 2, 3, 4], screen) && [2, 4].allSatisfy { row($0, screen).contains("2/3") }
                && [1, 3].allSatisfy { row($0, screen).contains("3/3") }
        }
        try cluster.expect("which one", on: "2") { screen in
            screen.contains("missing 1") && line(screen, name(2), "= - = .") != nil
                && line(screen, name(4), "= . = -") != nil
        }
        #expect(try !cluster.connect(2, to: 4))
        try cluster.expect("nothing comes through", on: "3", isLast: true) {
            line($0, name(2), name(4), "E-TCP-TIMEOUT") != nil
        }
        try cluster.expect("and when", on: "8") { line($0, name(2), "has no link with \(name(4))") != nil }
        try cluster.network.mend()
        #expect(try cluster.connect(2, to: 4))
        try cluster.expect("the mesh is whole", on: "2") { $0.contains("- = = =") && $0.contains("= = = -") }
        try cluster.expect("which is an event", on: "8") { line($0, "linked with", "again") != nil }
        try cluster.expect("all is well", on: "1") { screen in
            (1...4).allSatisfy { row($0, screen).contains("3/3") && line(screen, name($0))?.contains("!") == false }
        }
    }

    private func theClusterIsParted(_ cluster: FaultyCluster) throws {
        try cluster.network.cut([1, 2], from: [3, 4, FaultyCluster.hidden])
        for number in [3, 4, FaultyCluster.hidden] {
            try cluster.expectListed(
                "\(number) is gone", once: { try !cluster.knows(1, number) && !cluster.knows(2, number) }
            ) { !isUp(number, $0) }
        }
        try cluster.expect("the others are dead, or on another side") { screen in
            isAll("UP", [1, 2], screen)
                && [3, 4, FaultyCluster.hidden].allSatisfy { ["DN", "RG"].contains(row($0, screen).first) }
                && (screen.contains("2 lost since") || screen.contains("2 cut off since"))
        }
        try cluster.network.mend()
        try cluster.expect("they run, and are not connected", on: "r") { screen in
            isAll("RG", [3, 4], screen) && screen.contains("2 cut off since")
        }
        #expect(try cluster.connect(3, to: 1))
        #expect(try cluster.connect(FaultyCluster.hidden, to: 1))
        try cluster.expect("all are back") { screen in
            isAll("UP", [1, 2, 3, 4], screen) && isAll("HD", [FaultyCluster.hidden], screen)
                && (1...4).allSatisfy { row($0, screen).contains("3/3") }
        }
        try cluster.expect("the mesh is whole", on: "2") { $0.contains("- = = =") && $0.contains("= = = -") }
    }
}
