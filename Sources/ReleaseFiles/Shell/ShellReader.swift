/// Follows a script as far as it can be known without a shell: each variable has a value, or a reason why it has
/// none. Where two ways meet, only what is the same on both is known.
///
/// It is never to give a value that dash, bash or BusyBox would not give. What a command does outside of the script
/// is not its concern: a script that fails there starts no node.
struct ShellReader {
    /// Commands and words that are looked at; loops within loops are looked at several times.
    static let stepLimit = 50_000
    private static let callLimit = 8

    let environment: [String: String]
    /// Variables that the caller has and does not pass on.
    let unexported: Set<String>
    var steps = 0
    private var bodies: [ShellCommand] = []
    private var calls = 0

    /// - Parameters:
    ///   - environment: the variables at the begin.
    ///   - unexported: those among them that are not passed on to commands.
    init(environment: [String: String], unexported: Set<String> = []) {
        self.environment = environment
        self.unexported = unexported
    }

    /// What holds at the end of the script.
    static func read(
        _ commands: [ShellCommand], environment: [String: String], unexported: Set<String> = []
    ) -> (reader: ShellReader, state: ShellState) {
        var reader = ShellReader(environment: environment, unexported: unexported)
        var state = ShellState()
        _ = reader.run(commands, &state)
        return (reader, state)
    }

    // MARK: Variables

    func lookup(_ name: String, _ state: ShellState) -> ShellVariable {
        if Self.ofTheShell.contains(name) || name.hasPrefix("BASH") {
            return ShellVariable(value: .unknown(ShellUnknown(.shellVariable(name), line: 1)))
        }
        if let variable = state.variables[name] { return variable }
        if let reason = state.others { return ShellVariable(value: .unknown(reason), line: reason.line) }
        if let value = environment[name] {
            return ShellVariable(value: .text(Array(value.utf8), missing: []), isExported: !unexported.contains(name))
        }
        if Self.ofSomeShells.contains(name) {
            return ShellVariable(value: .unknown(ShellUnknown(.shellVariable(name), line: 1)), isExported: false)
        }
        return ShellVariable(value: .unset, isExported: false)
    }

    mutating func assign(_ name: String, _ value: ShellValue, line: Int, _ state: inout ShellState) {
        if state.readOnly.contains(name) {
            return state.forget(ShellUnknown(.anything("readonly \(name)"), line: line))
        }
        if name == "IFS" { state.splitsOtherwise = true }
        let isExported: Bool? =
            switch (lookup(name, state).isExported, state.exportsAll) {
            case (true, _), (_, true): true
            case (false, false): false
            default: nil
            }
        state.variables[name] = ShellVariable(value: value, line: line, isExported: isExported)
    }

    mutating func merge(_ state: inout ShellState, _ other: ShellState, _ reason: ShellUnknown) {
        steps += (state.variables.count + other.variables.count) / 16
        let reader = self
        state.merge(other, reason) { name, state in reader.lookup(name, state) }
    }

    // MARK: Commands

    /// - Returns: whether the last command succeeds; nil when that is not known.
    mutating func run(_ commands: [ShellCommand], _ state: inout ShellState) -> Bool? {
        var status: Bool? = true
        for command in commands {
            switch state.end {
            case .returned, .exited: return status
            case .no: status = run(command, &state)
            case .perhaps(let reason):
                var goesOn = state
                goesOn.end = .no
                status = run(command, &goesOn)
                merge(&state, goesOn, reason)
                if case .no = state.end { state.end = .perhaps(reason) }
            }
        }
        return status
    }

    private mutating func run(_ command: ShellCommand, _ state: inout ShellState) -> Bool? {
        steps += 1
        guard steps < Self.stepLimit else {
            state.forget(ShellUnknown(.size, line: 1))
            return nil
        }
        switch command {
        case .simple(let assignments, let words, let redirections, let line):
            return simple(assignments, words, redirections, line, &state)
        case .not(let command): return run(command, &state).map { !$0 }
        case .chain(let first, let rest): return chain(first, rest, &state)
        case .pipeline(let commands, let line):
            for command in commands {
                perhaps(ShellUnknown(.command, line: line), &state, isApart: true) { _ = $0.run(command, &$1) }
            }
            return nil
        case .apart: return nil
        case .group(let body): return run(body, &state)
        case .conditional(let branches, let otherwise, let line):
            return conditional(branches, otherwise, line, &state)
        case .selection(let subject, let items, let line):
            let value = expand(subject, &state)
            return selection(value.unknown == nil ? value.bytes : nil, items, line, &state)
        case .loop(let condition, let body, let line):
            loop(line, &state) { reader, state in
                _ = reader.run(condition, &state)
                reader.perhaps(ShellUnknown(.loop, line: line), &state) { _ = $0.run(body, &$1) }
            }
            return nil
        case .iteration(let variable, let words, let body, let line):
            for word in words { _ = expand(word, &state) }
            loop(line, &state) { reader, state in
                reader.assign(variable, .unknown(ShellUnknown(.loop, line: line)), line: line, &state)
                _ = reader.run(body, &state)
            }
            return nil
        case .function(let name, let body):
            bodies.append(body)
            state.functions?[name] = bodies.count - 1
            return true
        case .redirected(let command, let redirections, let line):
            redirect(redirections, line, &state)
            guard !redirections.allSatisfy(\.isSafe) else { return run(command, &state) }
            perhaps(ShellUnknown(.command, line: line), &state) { _ = $0.run(command, &$1) }
            return nil
        }
    }

    /// What is done by some and not by others.
    /// - Parameter isApart: what ends there does not end the script.
    private mutating func perhaps(
        _ reason: ShellUnknown, _ state: inout ShellState, isApart: Bool = false,
        _ body: (inout ShellReader, inout ShellState) -> Void
    ) {
        var taken = state
        body(&self, &taken)
        if isApart { taken.end = state.end }
        merge(&state, taken, reason)
    }

    /// `first && command || command …`. No recursion: a chain may be longer than the stack is deep.
    private mutating func chain(
        _ first: ShellCommand, _ rest: [(isAnd: Bool, command: ShellCommand, line: Int)], _ state: inout ShellState
    ) -> Bool? {
        var status = run([first], &state)
        for (isAnd, command, line) in rest {
            steps += 1
            if let known = status {
                if known == isAnd { status = run([command], &state) }
            } else {
                perhaps(ShellUnknown(.condition, line: line), &state) { _ = $0.run([command], &$1) }
            }
        }
        return status
    }

    private mutating func conditional(
        _ branches: [(condition: [ShellCommand], body: [ShellCommand])], _ otherwise: [ShellCommand], _ line: Int,
        _ state: inout ShellState
    ) -> Bool? {
        var left: [ShellState] = []
        for branch in branches {
            switch run(branch.condition, &state) {
            case true:
                let status = run(branch.body, &state)
                return join(left, status, line, &state)
            case false: continue
            case nil: left.append(end(of: branch.body, from: state))
            }
        }
        let status = run(otherwise, &state)
        return join(left, status, line, &state)
    }

    private mutating func selection(
        _ subject: [UInt8]?, _ items: [(patterns: [ShellWord], body: [ShellCommand])], _ line: Int,
        _ state: inout ShellState
    ) -> Bool? {
        var left: [ShellState] = []
        for item in items {
            switch matches(subject, item.patterns, &state) {
            case true:
                let status = run(item.body, &state)
                return join(left, status, line, &state)
            case false: continue
            case nil: left.append(end(of: item.body, from: state))
            }
        }
        return join(left, true, line, &state)
    }

    /// - Returns: whether one of the patterns matches; nil when that is not known.
    private mutating func matches(_ subject: [UInt8]?, _ patterns: [ShellWord], _ state: inout ShellState) -> Bool? {
        var matches: Bool? = false
        for pattern in patterns where matches != true {
            let expansion = expand(pattern, &state)
            let isAny = expansion.pieces.count == 1 && expansion.bytes == [UInt8(ascii: "*")]
            let one: Bool? =
                if isAny, !expansion.pieces[0].isQuoted { true } else if expansion.unknown == nil, let subject {
                    ShellPattern(expansion.pieces)?.matches(subject)
                } else { nil }
            matches = one == true ? true : (one == nil ? nil : matches)
        }
        return matches
    }

    private mutating func end(of body: [ShellCommand], from state: ShellState) -> ShellState {
        var state = state
        _ = run(body, &state)
        return state
    }

    /// The ways that may have been taken before the last one meet it, the nearest first.
    /// - Returns: the status, which is that of the last way, where there is no other.
    private mutating func join(
        _ left: [ShellState], _ status: Bool?, _ line: Int, _ state: inout ShellState
    ) -> Bool? {
        for other in left.reversed() { merge(&state, other, ShellUnknown(.condition, line: line)) }
        return left.isEmpty ? status : nil
    }

    /// As often as it takes until nothing more becomes unknown.
    private mutating func loop(
        _ line: Int, _ state: inout ShellState, _ body: (inout ShellReader, inout ShellState) -> Void
    ) {
        let reason = ShellUnknown(.loop, line: line)
        for _ in 0..<6 {
            let before = state
            perhaps(reason, &state, body)
            if state == before { return }
        }
        state.forget(reason)
    }

    mutating func redirect(_ redirections: [ShellRedirection], _ line: Int, _ state: inout ShellState) {
        for redirection in redirections {
            _ = expand(redirection.target, &state)
            for name in redirection.assigns {
                assign(name, .unknown(ShellUnknown(.command, line: line)), line: line, &state)
            }
        }
    }

    /// - Returns: false when it is no function that is known.
    mutating func call(_ name: String, line: Int, _ state: inout ShellState) -> Bool {
        guard let number = state.functions?[name] else { return false }
        guard calls < Self.callLimit else {
            state.forget(ShellUnknown(.anything(name), line: line))
            return true
        }
        calls += 1
        defer { calls -= 1 }
        _ = run([bodies[number]], &state)
        switch state.end {
        case .no, .exited: break
        case .perhaps, .returned: state.end = .no
        }
        return true
    }
}
