import Foundation
import Glibc

/// A line to a node that does not go through distribution: descriptors 3 and 4 of its process, on which it reads
/// expressions and writes what they gave. When our end closes, for whatever reason, the node halts.
final class NodeControl: @unchecked Sendable {
    /// Runs on every release as `-eval`. In a process of its own, since boot waits for the expression.
    static let expression = """
        spawn(fun() ->
            Port = open_port({fd, 3, 4}, [binary, {packet, 4}, eof]),
            Loop = fun(Self) ->
                receive
                    {Port, {data, Text}} ->
                        Reply = try
                            {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Text)),
                            {ok, Forms} = erl_parse:parse_exprs(Tokens),
                            {value, Value, _} = erl_eval:exprs(Forms, []),
                            [0, unicode:characters_to_binary(io_lib:format("~tp", [Value]))]
                        catch Class:Reason:Stack ->
                            [1, unicode:characters_to_binary(io_lib:format("~tp", [{Class, Reason, Stack}]))]
                        end,
                        port_command(Port, Reply), Self(Self);
                    {Port, eof} -> halt();
                    _ -> Self(Self)
                end
            end,
            Loop(Loop)
        end).
        """

    private let toNode: Int32
    private let fromNode: Int32
    private let lock = NSLock()

    /// Takes over both descriptors.
    init(toNode: Int32, fromNode: Int32) {
        self.toNode = toNode
        self.fromNode = fromNode
    }

    deinit {
        close(toNode)
        close(fromNode)
    }

    /// - Returns: the value as `~tp` prints it.
    @discardableResult
    func evaluate(_ expression: String, until deadline: Deadline) throws -> String {
        try lock.withLock {
            let text = Array("\(expression)\(expression.hasSuffix(".") ? "" : ".")".utf8)
            writeAll(withUnsafeBytes(of: UInt32(text.count).bigEndian) { Array($0) } + text, to: toNode)
            let count = try read(4, until: deadline).reduce(0) { $0 << 8 | Int($1) }
            let reply = try read(count, until: deadline)
            let words = String(decoding: reply.dropFirst(), as: UTF8.self)
            guard reply.first == 0 else { throw FixtureFailure("\(expression) raised \(words)") }
            return words
        }
    }

    private func read(_ count: Int, until deadline: Deadline) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var waiting = pollfd(fd: fromNode, events: Int16(POLLIN), revents: 0)
            let ready = poll(&waiting, 1, deadline.pollMilliseconds)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { throw FixtureFailure("the node does not answer") }
            var buffer = [UInt8](repeating: 0, count: count - bytes.count)
            let got = Glibc.read(fromNode, &buffer, buffer.count)
            guard got > 0 else { throw FixtureFailure("the node is gone") }
            bytes += buffer[..<got]
        }
        return bytes
    }
}
