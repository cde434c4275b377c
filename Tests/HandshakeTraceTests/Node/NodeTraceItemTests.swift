import ErlangTerm
import HandshakeTrace
import Testing

@Suite struct NodeTraceItemTests {
    @Test func readsWhatTheContractHas() throws {
        guard
            case .tracing(let pid, let facts)? = try NodeTerms.item(
                "{tracing, p3, #{node => 'a@h', otp => <<\"27\">>, way => session, processes => 9, patterns => 31}}")
        else { return #expect(Bool(false), "no tracing") }
        #expect(pid.id == 3)
        #expect(facts.node == "a@h" && facts.otpRelease == "27" && facts.way == .session)
        #expect(facts.processes == 9 && facts.patterns == 31)

        guard case .busy(let found)? = try NodeTerms.item("{busy, [{{m, f, 1}, <<\"dbg\">>}, odd, {p1, <<>>}]}") else {
            return #expect(Bool(false), "not busy")
        }
        #expect(found.map(\.what).first == "{m,f,1}" && found.map(\.who) == ["dbg", ""])

        guard case .event(let time, _, let call)? = try NodeTerms.item("{event, {1, 2, 3}, p1, {returned, f, ok}}")
        else {
            return #expect(Bool(false), "no event")
        }
        #expect(time == 1_000_002_000_003 && call.function == "f" && call.isReturn)

        guard case .node(_, "b@h", false, let reason)? = try NodeTerms.item("{node, {0, 0, 0}, down, 'b@h', {a, b}}")
        else {
            return #expect(Bool(false), "no node")
        }
        #expect(reason == "{a,b}")
        guard case .node(_, "b@h", true, nil)? = try NodeTerms.item("{node, {0, 0, 0}, up, 'b@h', none}") else {
            return #expect(Bool(false), "no node")
        }
        guard case .dropped(17)? = try NodeTerms.item("{dropped, 17}") else {
            return #expect(Bool(false), "not dropped")
        }
        for why in [NodeTraceItem.StopReason.time, .count, .silence] {
            guard case .stopped(why)? = try NodeTerms.item("{stopped, \(why.rawValue)}") else {
                return #expect(Bool(false), "not stopped")
            }
        }
        guard case .member("b@h", .dropped(1))? = try NodeTerms.item("{member, 'b@h', {dropped, 1}}") else {
            return #expect(Bool(false), "no member")
        }
        guard case .memberDown("b@h", reason: "normal")? = try NodeTerms.item("{member_down, 'b@h', normal}") else {
            return #expect(Bool(false), "no member")
        }
    }

    /// A node may send anything; what is not of the contract is nothing.
    @Test(arguments: [
        "ok", "{}", "{tracing, p1}", "{tracing, no_pid, #{node => 'a@h'}}", "{tracing, p1, #{}}", "{tracing, p1, []}",
        "{busy, x}", "{event, now, p1, {called, f, x}}", "{event, {1, 2}, p1, {called, f, x}}",
        "{event, {-1, 2, 3}, p1, {called, f, x}}", "{event, {1, 2, 1000000}, p1, {called, f, x}}",
        "{event, {99999999999, 2, 3}, p1, {called, f, x}}", "{event, {9999999, 2, 3}, p1, {called, f, x}}",
        "{event, {1, 2, 3}, nobody, {called, f, x}}",
        "{event, {1, 2, 3}, p1, {called, \"f\", x}}", "{event, {1, 2, 3}, p1, {called, f}}",
        "{event, {1, 2, 3}, p1, {did, f, x}}", "{event, {1, 2, 3}, p1, {secured, x}}",
        "{node, {0, 0, 0}, up, \"b@h\", none}", "{node, now, up, 'b@h', none}", "{dropped, many}", "{dropped, -1}",
        "{dropped, 9223372036854775807}", "{dropped, 1.0}",
        "{alive, now}", "{stopped, because}", "{member, b, {member, c, {dropped, 1}}}", "{member, b, nothing}",
        "{member, 1, {dropped, 1}}",
        "{member_down, 1, normal}", "{other, 1}", "[tracing, p1]", "#{}", "18446744073709551616", "<<\"busy\">>",
    ])
    func leavesOutWhatItHasNot(_ text: String) throws {
        #expect(try isNothing(text))
    }

    private func isNothing(_ text: String) throws -> Bool {
        guard case nil = try NodeTerms.item(text) else { return false }
        return true
    }

    /// Members have no members: what is nested deeper is not unfolded.
    @Test func isNotUnfoldedWithoutEnd() throws {
        let depth = 60
        let text =
            String(repeating: "{member, b, ", count: depth) + "{dropped, 1}" + String(repeating: "}", count: depth)
        #expect(try isNothing(text))
    }
}
