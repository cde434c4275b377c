import Diagnosis
import DistributionProtocol
import ErlangNode
import HandshakeTrace
import Testing

/// From the terms of a node to events; real nodes send the same in `TraceScenarioTests`.
@Suite struct NodeTraceReaderTests {
    private static let flags = "16#d07df7fbd"
    /// A connection that `a@h` makes to `b@h`, over TCP.
    private static let dialled: [(String, String)] = [
        ("p1", "{called, do_setup, {setup, 'b@h', 'a@h'}}"),
        ("p1", "{called, address_please, {address, <<\"b\">>, <<\"h\">>}}"),
        ("p1", "{returned, address_please, {ok, <<\"10.0.0.2\">>}}"),
        ("p1", "{called, port_please, {port, <<\"b\">>, <<\"10.0.0.2\">>}}"),
        ("p1", "{called, connect, {connect, <<\"10.0.0.2\">>, 4369}}"),
        ("p1", "{returned, connect, {ok, {<<\"10.0.0.1\">>, 555}}}"), ("p1", "{returned, port_please, {port, 9100}}"),
        ("p1", "{called, connect, {connect, <<\"10.0.0.2\">>, 9100}}"),
        ("p1", "{returned, connect, {ok, {<<\"10.0.0.1\">>, 777}}}"),
        ("p1", "{called, send_name, {hs, 'b@h', 'a@h', \(flags), undefined, none, none, 7, undefined}}"),
        ("p1", "{returned, recv_status, {named, 'a@h'}}"), ("p1", "{returned, recv_challenge, {\(flags), 9}}"),
        ("p1", "{called, send_challenge_reply, sent}"), ("p1", "{returned, mark_nodeup, ok}"),
    ]
    /// The same from the other end.
    private static let accepted: [(String, String)] = [
        ("p5", "{called, do_accept, {accept, p4, {<<\"10.0.0.1\">>, 777}, {<<\"10.0.0.2\">>, 9100}}}"),
        ("p5", "{called, send_challenge, {hs, 'a@h', 'b@h', \(flags), \(flags), none, none, 9, 7}}"),
        ("p5", "{returned, mark_nodeup, ok}"),
    ]

    private func words(_ events: [TraceEvent]) -> [String] {
        events.map { event in
            switch event.what {
            case .started: "started"
            case .epmd(let facts): facts.isAnswer ? "epmd \(facts.port.map(String.init) ?? "none")" : "epmd?"
            case .connected: "connected"
            case .handshake(let detail): "\(detail.message.rawValue) \(detail.status?.description ?? detail.name ?? "")"
            case .ended(let reason): "ended \(reason)"
            case .up: "up"
            case .down(let reason): "down \(reason)"
            case .alert(let alert): "alert \(alert.description)"
            case .certificates(let owner, let chain, let verdict):
                "certificates \(owner) \(chain.count) \(verdict.map { "\($0)" } ?? "none")"
            case .secured(let version, _): version
            case .note(let text): text
            case .tlsMessage: "tls"
            }
        }
    }

    @Test func tellsBothEnds() throws {
        let initiator = try NodeTerms.story(on: "a@h", Self.dialled)
        #expect(
            words(initiator) == [
                "started", "epmd?", "epmd 9100", "connected", "send_name a@h", "send_status ok", "send_challenge b@h",
                "send_challenge_reply ", "send_challenge_ack ", "up",
            ])
        #expect(Set(initiator.map(\.connection)) == [1] && Set(initiator.map(\.side)) == [.initiator])
        #expect(initiator.last?.initiator.address?.description == "10.0.0.1:777")
        #expect(initiator.last?.acceptor.address?.description == "10.0.0.2:9100")
        #expect(initiator.first?.time == 1_000_002_001_000)
        let acceptor = try NodeTerms.story(on: "b@h", Self.accepted)
        #expect(
            words(acceptor) == [
                "started", "connected", "send_name a@h", "send_status ok", "send_challenge b@h",
                "send_challenge_reply ",
                "send_challenge_ack ", "up",
            ])
        #expect(acceptor.last?.initiator.name == "a@h")
        var ledger = AttemptLedger(explain: AttemptExplanation.failure)
        for event in initiator + acceptor { ledger.add(event) }
        #expect(ledger.attempts.count == 1 && ledger.attempts.first?.result == .up)
    }

    /// Wherever it breaks off, the same beginning is told, and nothing is made up.
    @Test func tellsWhatThereIs() throws {
        for story in [Self.dialled, Self.accepted] {
            let whole = try NodeTerms.story(on: "n@h", story)
            for count in 0...story.count {
                let part = try NodeTerms.story(on: "n@h", Array(story.prefix(count)))
                #expect(whole.starts(with: part))
            }
        }
    }

    /// A trace that begins in the middle of a handshake knows no connection, and is silent.
    @Test func ignoresProcessesThatItDoesNotKnow() throws {
        #expect(try NodeTerms.story(on: "a@h", Array(Self.dialled.dropFirst(2))) == [])
    }

    /// Where there are many, the beginning of an accepted connection is not told.
    @Test(arguments: [
        (
            "p5", "{called, send_challenge, {hs, 'a@h', 'b@h', \(flags), \(flags), none, none, 9, 7}}",
            "send_challenge b@h"
        ),
        ("p5", "{called, send_status, {status, nok, 'a@h', \(flags), 7}}", "send_status nok"),
        ("p5", "{called, shutdown, {shutdown, no_node, shutdown}}", "ended other(\"no name\")"),
        ("p5", "{called, shutdown, {shutdown, no_node, {first_bytes, <<22>>}}}", "ended notDistribution([22])"),
        ("p5", "{called, shutdown, {shutdown, other, shutdown}}", "ended other(\"no name\")"),
        ("p9", "{called, do_handle_exit, {late, p5, setup_timer_timeout}}", "ended timeout(milliseconds: nil)"),
    ])
    func beginsWithWhatComesFirst(process: String, what: String, told: String) throws {
        let events = try NodeTerms.story(on: "b@h", [(process, what)])
        #expect(words(events).prefix(2) == ["started", "connected"] && words(events).last == told, "\(words(events))")
        #expect(events.allSatisfy { $0.side == .acceptor && $0.connection == 1 })
    }

    /// Links and dials of before are not taken for such.
    @Test(arguments: [
        ("p5", "{called, shutdown, {shutdown, 'a@h', connection_closed}}"),
        ("p5", "{called, shutdown, {shutdown, 'a@h', shutdown}}"),
        ("p6", "{called, shutdown, {shutdown, timer, setup_timer_timeout}}"),
        ("p5", "{called, shutdown, {shutdown, no_node, {recv_challenge_failed, {error, closed}}}}"),
        ("p5", "{called, send_status, {status, true, 'a@h', undefined, undefined}}"),
        ("p5", "{called, shutdown, {shutdown, 'a@h', {check_dflags_failed, [<<\"V4_NC\">>]}}}"),
        ("p9", "{called, do_handle_exit, {exit, p5, setup_timer_timeout}}"),
        ("p9", "{called, do_handle_exit, {exit, p5, connection_closed}}"), ("p5", "{returned, mark_nodeup, ok}"),
    ])
    func knowsWhatWasThereBefore(process: String, what: String) throws {
        #expect(try NodeTerms.story(on: "b@h", [(process, what)]) == [])
    }

    /// Each way for a handshake to end, as `dist_util:shutdown/4` tells it.
    @Test(
        arguments: [
            ("{recv_challenge_reply_failed, bad_cookie}", .wrongCookie), ("{is_allowed, not_allowed}", .notAllowed),
            ("{recv_status_failed, not_allowed}", .refusedBy(.notAllowed)),
            ("setup_timer_timeout", .timeout(milliseconds: nil)),
            ("{check_dflags_failed, [<<\"V4_NC\">>, odd]}", .missingFlags(["V4_NC"])),
            ("{first_bytes, <<22, 3>>}", .notDistribution([22, 3])),
            ("{other_name, <<\"c@h\">>}", .nameMismatch(dialled: "b@h", actual: "c@h")),
            ("{recv_challenge_ack_failed, {error, closed}}", .closed(by: .acceptor)),
            ("{recv_challenge_ack_failed, {error, einval}}", .closed(by: .acceptor)),
            ("{recv_challenge_ack_failed, {error, econnreset}}", .reset(by: .acceptor)),
            ("shutdown", .other("shutdown")),
            ("{recv_status_failed, {error, {tls_alert, bad_certificate, <<\"a\\n b\">>}}}", .tls("a: b")),
            ("{what, ever}", .other("{what,ever}")), ("[]", .other("[]")), ("{}", .other("{}")),
        ] as [(String, EndReason)])
    func knowsTheEnd(_ term: String, _ reason: EndReason) throws {
        let story = Array(Self.dialled.prefix(12)) + [("p1", "{called, shutdown, {shutdown, 'b@h', \(term)}}")]
        #expect(try NodeTerms.story(on: "a@h", story).last?.what == .ended(reason))
    }

    /// The process of a connection that is given up at once has no time to say that it was up.
    @Test(arguments: [
        (
            dialled.dropLast(), "a@h", "b@h",
            [
                "started", "epmd?", "epmd 9100", "connected", "send_name a@h", "send_status ok", "send_challenge b@h",
                "send_challenge_reply ",
            ]
        ),
        (
            accepted.dropLast(), "b@h", "a@h",
            ["started", "connected", "send_name a@h", "send_status ok", "send_challenge b@h", "send_challenge_reply "]
        ),
    ])
    func knowsThatItWasUp(story: ArraySlice<(String, String)>, own: String, peer: String, told: [String]) throws {
        let process = own == "a@h" ? "p1" : "p5"
        let up = ("up", "{node, {1, 2, 20000}, up, '\(peer)', none}")
        let down = ("down", "{node, {1, 2, 20000}, down, '\(peer)', disconnect}")
        let exit = ("p9", "{called, do_handle_exit, {exit, \(process), disconnect}}")
        let whole = told + ["send_challenge_ack ", "up", "down disconnect"]
        for end in [[down, exit], [exit, down]] {
            #expect(words(try NodeTerms.story(on: own, Array(story) + [up] + end)) == whole)
        }
        // Whichever of the two tells first.
        let last = (process, "{returned, mark_nodeup, ok}")
        for beginning in [[up, last], [last, up]] {
            let events = try NodeTerms.story(on: own, Array(story) + beginning + [down, exit])
            #expect(words(events) == whole)
        }
    }

    /// Only the first reason counts, `net_kernel` tells what the timer has ended, and a link that is up ends by nodedown
    /// alone.
    @Test func endsOnce() throws {
        let end = "{called, shutdown, {shutdown, timer, setup_timer_timeout}}"
        let exit = "{called, do_handle_exit, {exit, p1, setup_timer_timeout}}"
        let late = try NodeTerms.story(
            on: "a@h",
            Array(Self.dialled.prefix(10))
                + [("p2", end), ("p9", exit), ("p1", "{called, shutdown, {shutdown, 'b@h', shutdown}}")])
        #expect(words(late).filter { $0.hasPrefix("ended") } == ["ended \(EndReason.timeout(milliseconds: nil))"])
        #expect(words(try NodeTerms.story(on: "a@h", Self.dialled + [("p1", end)])).last == "up")
    }

    /// A process that dies of its link to TLS says nothing; `net_kernel` hears of it.
    @Test func tellsOfASilentDeath() throws {
        let secure: [(String, String)] =
            Array(Self.dialled.prefix(10)) + [
                ("p1", "{called, handshake, {tls, p3, none, none}}"), ("p1", "{returned, handshake, ok}"),
                ("p1", "{called, send_name, {hs, 'b@h', 'a@h', 1, undefined, none, none, 7, undefined}}"),
            ]
        let death = [("p9", "{called, do_handle_exit, {exit, p1, shutdown}}")]
        #expect(try NodeTerms.story(on: "a@h", secure + death).last?.what == .ended(.closed(by: .acceptor)))
        #expect(
            try NodeTerms.story(
                on: "a@h", Array(Self.dialled.prefix(11)) + [("p9", "{called, do_handle_exit, {exit, p1, {x, y}}}")]
            )
            .last?.what == .ended(.other("{x,y}")))
        #expect(words(try NodeTerms.story(on: "a@h", Self.dialled + death)).last == "up")
        #expect(try NodeTerms.story(on: "a@h", [("p9", "{called, do_handle_exit, {exit, p7, shutdown}}")]) == [])
    }

    @Test func knowsAnOldConnectionThatIsAlive() throws {
        let story =
            Array(Self.accepted.prefix(1)) + [
                ("p5", "{called, send_status, {status, alive, <<\"a@h\">>, \(Self.flags), 7}}"),
                ("p5", "{returned, recv_status_reply, true}"),
                ("p9", "{called, do_handle_exit, {exit, p5, setup_timer_timeout}}"),
            ]
        #expect(try NodeTerms.story(on: "b@h", story).last?.what == .ended(.refusedBy(.alive)))
        let dialler =
            Array(Self.dialled.prefix(11)) + [
                ("p1", "{returned, is_pending, true}"),
                ("p1", "{called, send_status, {status, true, 'b@h', undefined, undefined}}"),
                ("p1", "{returned, recv_status, {named, 'a@h'}}"),
                ("p1", "{called, shutdown, {shutdown, 'b@h', {recv_challenge_failed, {error, closed}}}}"),
            ]
        let events = try NodeTerms.story(on: "a@h", dialler)
        #expect(
            words(events).suffix(3) == [
                "send_status alive", "send_status true", "ended \(EndReason.refusedBy(.alive))",
            ])
    }

    /// What came before the answer to it is told with it.
    @Test func tellsTheNameWithTheStatus() throws {
        let status = "{called, send_status, {status, not_allowed, <<\"a@h\">>, \(Self.flags), 7}}"
        let events = try NodeTerms.story(on: "b@h", Array(Self.accepted.prefix(1)) + [("p5", status)])
        #expect(words(events).suffix(2) == ["send_name a@h", "send_status not_allowed"])
        guard case .handshake(let detail)? = events.dropLast().last?.what else { throw MissingEvent() }
        #expect(detail.creation == 7 && detail.flags != nil)
        let after = try NodeTerms.story(
            on: "b@h", Array(Self.accepted.prefix(1)) + [("p5", status), Self.accepted[1]])
        #expect(words(after).filter { $0.hasPrefix("send_name") } == ["send_name a@h"])
    }

    /// Who has only a host is given a name, and the creation with it.
    @Test func tellsTheNameThatWasGiven() throws {
        let nameless = "16#f07df7fbd"  // and NAME_ME
        let challenge = "{called, send_challenge, {hs, 'Z1@h', 'b@h', \(Self.flags), \(nameless), none, none, 9, 7}}"
        let events = try NodeTerms.story(on: "b@h", Array(Self.accepted.prefix(1)) + [("p5", challenge)])
        #expect(words(events).suffix(3) == ["send_name h", "send_status named:Z1@h", "send_challenge b@h"])
        guard case .handshake(let detail)? = events.dropLast(2).last?.what else { throw MissingEvent() }
        #expect(detail.creation == nil && detail.flags?.contains(.nameMe) == true)
        #expect(events.last?.initiator.name == "Z1@h" && events.last?.initiator.placeOfDynamic == "10.0.0.1")
        #expect(events.dropLast().last?.initiator.description != "an unknown address")
    }

    /// Who fails before it has a name is called by where it is.
    @Test func whoWantsANameIsCalledByItsPlace() throws {
        let status = "{called, send_status, {status, not_allowed, <<\"h\">>, 16#f07df7fbd, 7}}"
        let events = try NodeTerms.story(on: "b@h", [("p5", status)])
        #expect(words(events).suffix(2) == ["send_name h", "send_status not_allowed"])
        #expect(events.last?.initiator.description == "dynamic name at h")
        let attempt = ConnectionAttempt(
            number: 1, first: events[events.count - 2], source: ConnectionAttempt.Source(.node("b@h"), 1))
        #expect(attempt.initiator.placeOfDynamic == "h")
    }

    /// An acceptor may give up with a name that it has not answered; of whom it has none, it says so.
    @Test(arguments: [("'a@h'", ["send_name a@h", "ended other"]), ("no_node", ["connected", "ended other"])])
    func knowsTheNameOfWhomItGaveUp(node: String, told: [String]) throws {
        let story = Array(Self.accepted.prefix(1)) + [("p5", "{called, shutdown, {shutdown, \(node), shutdown}}")]
        let events = words(try NodeTerms.story(on: "b@h", story)).suffix(2)
        #expect(zip(events, told).allSatisfy { $0.hasPrefix($1) }, "\(events)")
    }

    /// What went on while there was no trace is not known: a link of that node, later, is not the one that was dialled.
    @Test func beginsAnewAfterAnInterruption() throws {
        let story =
            Self.dialled.dropLast() + [
                (
                    "begins",
                    "{tracing, p9, \u{23}{node => 'a@h', otp => <<\"25\">>, processes => 1, way => legacy, patterns "
                        + "=> 1}}"
                ),
                ("up", "{node, {1, 2, 20000}, up, 'b@h', none}"),
                ("down", "{node, {1, 2, 20000}, down, 'b@h', disconnect}"),
            ]
        let events = try NodeTerms.story(on: "a@h", Array(story))
        #expect(!words(events).contains("up") && words(events).last == "down disconnect")
        #expect(events.last?.connection == nil)
    }

    private struct MissingEvent: Error {}

    @Test func tellsOfCertificates() throws {
        let facts = SampleEvents.certificate
        let story =
            Array(Self.dialled.prefix(10)) + [
                ("p1", "{called, handshake, {tls, p3, none, none}}"),
                ("p3", "{called, pkix_path_validation, {chain, [<<\"leaf\">>, <<\"odd\">>]}}"),
                ("p3", "{returned, pkix_path_validation, {error, {bad_cert, cert_expired}}}"),
                ("p3", "{called, handle_own_alert, {own_alert, 2, 45, undefined}}"),
                ("p1", "{returned, handshake, {error, {tls_alert, certificate_expired, <<\"x\">>}}}"),
            ]
        let events = try NodeTerms.story(on: "a@h", story, certificates: ["leaf": facts])
        #expect(
            words(events).suffix(3) == [
                "certificates acceptor 1 \(CertificateVerdict.refused(.expired, index: nil))", "alert 45",
                "ended \(EndReason.tls("x"))",
            ])
    }

    @Test func countsTicks() throws {
        let ticks = ["{ok, 1}", "{ok, 2}", "{ok, -1, 'b@h'}", "{ok, x}", "{error, 3}", "ok"].map {
            ("p1", "{returned, send_tick, \($0)}")
        }
        #expect(
            words(try NodeTerms.story(on: "a@h", Self.dialled + ticks)).suffix(2) == [
                "nothing came from b@h to a@h for 2 ticks; at 4 the link is given up",
                "nothing came from b@h to a@h for 3 ticks; at 4 the link is given up",
            ])
        // Links that were there before have their names from the node.
        let before = ["{ok, 2, 'c@h'}", "{ok, 3, undefined}"].map { ("p9", "{returned, send_tick, \($0)}") }
        #expect(
            words(try NodeTerms.story(on: "a@h", before)) == [
                "nothing came from c@h to a@h for 2 ticks; at 4 the link is given up",
                "nothing came from the other node to a@h for 3 ticks; at 4 the link is given up",
            ])
    }

    @Test func linksOfNodesGoDown() throws {
        var reader = NodeTraceReader(node: "a@h") { _ in nil }
        for (process, what) in Self.dialled {
            if let item = try NodeTerms.item("{event, {0, 0, 1}, \(process), \(what)}") { _ = reader.take(item) }
        }
        let down = try #require(try NodeTerms.item("{node, {0, 0, 5}, down, 'b@h', connection_closed}"))
        let first = reader.take(down)
        #expect(first.map(\.connection) == [1] && words(first) == ["down connection_closed"])
        // It was not seen to come up.
        let second = reader.take(down)
        #expect(second.map(\.connection) == [nil] && second.first?.acceptor.name == "b@h")
        let up = try #require(try NodeTerms.item("{node, {0, 0, 6}, up, 'b@h', none}"))
        #expect(reader.take(up) == [])
    }

    /// Every value of a story replaced by each of these: no crash, and no event that its kind has no fields for.
    @Test func anyShapeIsBorne() throws {
        let odd = [
            "x", "-1", "18446744073709551616", "1.5", "[]", "[1|2]", "{}", "{x}", "{hs, 1, 2, 3, 4, 5, 6, 7}", "p1",
            "{ok, {<<255, 254>>, 99999}}", "{error, {tls_alert, 1, 2}}", "#{x => y}", "<<>>", "[55296, 1114112]",
            "{setup, 1, 2}",
            "{secured, 1, 2, 3}", "{shutdown, [], {a, {b, {c, d}}}}", "{chain, [x, <<1>>]}", "{own, x, y}",
            "{exit, x, y}",
        ]
        for story in [Self.dialled, Self.accepted] {
            for index in story.indices {
                for value in odd {
                    var changed = story
                    let head = changed[index].1.prefix { $0 != "," }
                    let function = changed[index].1.dropFirst(head.count + 1).prefix { $0 != "," }
                    changed[index].1 = "\(head),\(function), \(value)}"
                    for event in try NodeTerms.story(on: "n@h", changed) { #expect(event.connection != nil) }
                }
            }
        }
    }

    /// The oldest connections go when there are too many; what is left is bounded.
    @Test func remembersSoManyConnections() throws {
        var reader = NodeTraceReader(node: "b@h") { _ in nil }
        for id in 1...20_000 {
            let item = try #require(
                try NodeTerms.item("{event, {0, 0, 1}, p\(id % 9 + 1), {called, do_setup, {setup, 'c\(id)@h', 'b@h'}}}")
            )
            _ = reader.take(item)
        }
        let end = try #require(
            try NodeTerms.item("{event, {0, 0, 2}, p3, {called, shutdown, {shutdown, x, shutdown}}}"))
        #expect(reader.take(end).count == 1)
    }
}
