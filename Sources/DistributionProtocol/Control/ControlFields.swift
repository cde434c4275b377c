import ErlangTerm

/// Takes the elements of a control tuple one after the other, each as the kind that its place asks for.
struct ControlFields {
    private let operation: ControlOperation
    private var iterator: TermViews.Iterator
    private var position = 1

    /// - Parameter rest: an iterator that stands behind the operation's code.
    init(_ operation: ControlOperation, rest: TermViews.Iterator) {
        self.operation = operation
        self.iterator = rest
    }

    private var mismatch: ControlError { .unexpectedField(operation, position: position) }

    private mutating func next() throws(ControlError) -> TermView {
        position += 1
        guard let view = iterator.next() else { throw mismatch }
        return view
    }

    mutating func skip() throws(ControlError) { _ = try next() }

    mutating func term() throws(ControlError) -> Term { try next().term }

    mutating func pid() throws(ControlError) -> PID {
        guard case .pid(let pid) = try next().kind else { throw mismatch }
        return pid
    }

    mutating func name() throws(ControlError) -> Atom {
        guard case .atom(let name) = try next().kind else { throw mismatch }
        return name
    }

    mutating func reference() throws(ControlError) -> Reference {
        guard case .reference(let reference) = try next().kind else { throw mismatch }
        return reference
    }

    mutating func integer() throws(ControlError) -> Int {
        guard case .integer(let value) = try next().kind else { throw mismatch }
        return value
    }

    /// 1 to 2^64-1 (erl_dist_protocol, UNLINK_ID).
    mutating func unlinkID() throws(ControlError) -> UInt64 {
        switch try next().kind {
        case .integer(let value) where value > 0:
            return UInt64(value)
        case .bigInteger(let value) where !value.isNegative && value.magnitude.count <= 8:
            return value.magnitude.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        default:
            throw mismatch
        }
    }

    mutating func process(orAlias: Bool = false) throws(ControlError) -> ProcessAddress {
        switch try next().kind {
        case .pid(let pid): return .pid(pid)
        case .atom(let name): return .name(name)
        case .reference(let reference) where orAlias: return .alias(reference)
        default: throw mismatch
        }
    }

    mutating func function() throws(ControlError) -> FunctionName {
        guard case .tuple(let parts) = try next().kind, parts.count == 3 else { throw mismatch }
        var iterator = parts.makeIterator()
        guard case .atom(let module) = iterator.next()?.kind, case .atom(let function) = iterator.next()?.kind,
            case .integer(let arity) = iterator.next()?.kind, (0...255).contains(arity)
        else { throw mismatch }
        return FunctionName(module: module, function: function, arity: arity)
    }

    mutating func list() throws(ControlError) -> [Term] {
        switch try next().kind {
        case .emptyList: return []
        case .list(let elements, tail: nil): return elements.map(\.term)
        default: throw mismatch
        }
    }

    mutating func spawnResult() throws(ControlError) -> SpawnResult {
        switch try next().kind {
        case .pid(let pid): return .spawned(pid)
        case .atom(let reason): return .failed(reason)
        default: throw mismatch
        }
    }
}

/// Why a term is no control message.
package enum ControlError: Error, Hashable, Sendable {
    case notATuple
    case unknownOperation(Int)
    case wrongArity(ControlOperation, Int)
    /// The element at this position (1 is the code) is of another kind than it must be.
    case unexpectedField(ControlOperation, position: Int)
}

extension ControlError: CustomStringConvertible {
    /// One clause, without a final period.
    package var description: String {
        switch self {
        case .notATuple: "a control message is no tuple that begins with a number"
        case .unknownOperation(let number): "a control message asks for operation \(number), which is unknown"
        case .wrongArity(let operation, let arity):
            "a control message of operation \(operation.rawValue) has \(arity) elements"
        case .unexpectedField(let operation, let position):
            "element \(position) of a control message of operation \(operation.rawValue) is of another kind"
        }
    }
}
