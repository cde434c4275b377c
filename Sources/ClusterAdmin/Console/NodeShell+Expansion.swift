import ErlangNode
import ErlangTerm

/// What Tab gives.
package struct ShellExpansion {
    /// What can be typed on without a choice.
    package var addition = ""
    package var candidates: [String] = []
    /// The choice as the node's own shell lays it out, UTF-8, not made harmless yet; nil where the candidates say all.
    package var listing: [UInt8]?
}

extension NodeShell {
    /// Asks the node what could follow `text`; its own expanders do it. Those of Erlang know the bindings and records of
    /// the shell from OTP 26 on.
    package func expand(_ text: String, completion: @escaping (ShellExpansion) -> Void) {
        let reversed = Term.charlist(String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
        guard let process else { return completion(ShellExpansion()) }
        switch language {
        case .erlang:
            expand(inErlang: reversed, process) { [weak self] expansion in
                guard let self, let module = Self.module(at: text) else { return completion(expansion) }
                addArities(to: expansion, of: module, completion: completion)
            }
        case .elixir:
            // The functions of different releases, the newest first; the wrong ones are undefined.
            expand(inElixir: [[reversed, .pid(process)], [reversed]], completion: completion)
        }
    }

    private func expand(inErlang line: Term, _ shell: PID, completion: @escaping (ShellExpansion) -> Void) {
        let bindings = [
            ProgramBinding("Columns", .integer(columns)), ProgramBinding("Shell", .pid(shell)),
            ProgramBinding("Line", line),
        ]
        var expansion = ShellExpansion()
        session.run(.expand, bindings: bindings) { event in
            switch event {
            case .item(let item):
                if let parts = item.elements(tagged: "expansion", 3), let value = parts[1] {
                    expansion = ShellExpansion(value)
                    expansion.listing = parts[2]?.binary.map { Array($0) }
                }
            case .ended: completion(expansion)
            }
        }
    }

    /// The module before a function's name that is being typed.
    private static func module(at text: String) -> Atom? {
        let isInName: (Character) -> Bool = { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "@" }
        let function = text.reversed().prefix(while: isInName)
        let rest = text.dropLast(function.count)
        guard rest.last == ":" else { return nil }
        let name = String(rest.dropLast().reversed().prefix(while: isInName).reversed())
        return name.first?.isLowercase == true ? Atom(name) : nil
    }

    /// From OTP 26 on the node lists `map(` where it listed `map/2` before.
    private func addArities(
        to expansion: ShellExpansion, of module: Atom, completion: @escaping (ShellExpansion) -> Void
    ) {
        let names = Set(expansion.candidates.filter { $0.hasSuffix("(") }.map { String($0.dropLast()) })
        guard !names.isEmpty, names.count == expansion.candidates.count else { return completion(expansion) }
        // The module is loaded: its functions have just been listed.
        session.call(module, "module_info", [.atom("exports")]) { result in
            guard case .success(.returned(let value)) = result, let exports = value.list else {
                return completion(expansion)
            }
            var found: [(name: String, arity: Int)] = []
            for export in exports {
                guard let pair = export.elements(2), let name = pair[0]?.atom?.name, names.contains(name),
                    let arity = pair[1]?.integer
                else { continue }
                found.append((name, arity))
            }
            var expansion = expansion
            expansion.listing = nil
            expansion.candidates = found.sorted { ($0.name, $0.arity) < ($1.name, $1.arity) }
                .map { "\($0.name)/\($0.arity)" }
            completion(expansion)
        }
    }

    private func expand(
        inElixir attempts: ArraySlice<[Term]>, completion: @escaping (ShellExpansion) -> Void
    ) {
        guard let arguments = attempts.first else { return completion(ShellExpansion()) }
        session.call("Elixir.IEx.Autocomplete", "expand", arguments) { [weak self] result in
            switch result {
            case .success(.returned(let value)): completion(ShellExpansion(value))
            case .success(.raised): self?.expand(inElixir: attempts.dropFirst(), completion: completion)
            case .failure: completion(ShellExpansion())
            }
        }
    }
}

extension ShellExpansion {
    /// `{yes | no, Addition, Matches}`.
    fileprivate init(_ value: TermView) {
        guard let parts = value.elements(3) else { return }
        addition = parts[1]?.text ?? ""
        if let matches = parts[2] { collect(matches, depth: 0) }
    }

    /// Up to OTP 25 a list of `{Name, Arity}`, IEx a list of strings; from OTP 26 on sections, maps with `elems`, which
    /// may hold sections again.
    private mutating func collect(_ view: TermView, depth: Int) {
        guard depth < 8, candidates.count < 10_000, let list = view.list else { return }
        for entry in list {
            if let elements = entry.value(of: "elems"), entry.list == nil {
                collect(elements, depth: depth + 1)
            } else if let pair = entry.elements(2), let name = pair[0]?.text {
                if let arity = pair[1]?.integer {
                    candidates.append("\(name)/\(arity)")
                } else {
                    candidates.append(name + (pair[1]?.value(of: "ending")?.text ?? ""))
                }
            } else if let name = entry.text, !name.isEmpty {
                candidates.append(name)
            }
        }
    }
}
