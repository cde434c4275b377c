import Foundation

/// A host that lets everybody in and then means no good. It is a stand-in: no server that is honest sends such packets,
/// and neither OpenSSH nor `ssh:daemon` can be told to. Paramiko, which is not ours, does all that comes before.
package final class HostileSSHHost {
    /// What it does once somebody is let in.
    package enum Manner: String, CaseIterable, Sendable {
        // Before a command runs.
        case disconnectsAtLogin, disconnectsAtChannel, disconnectsAtCommand
        case refusesChannel, refusesCommand, neverAnswersCommand
        // Then.
        case disconnectsInData, sendsWithoutEnd, sendsLinesWithoutEnd, sendsBeyondWindow, complainsWithoutEnd
        case neverSaysStatus, closesTwice, asksWithoutEnd, asksWithoutReading, opensWithoutEnd
        case exchangesKeys, exchangesKeysHalfway
        // With the greeting of a bridge first.
        case isBridgeThatSendsWithoutEnd, isBridgeThatDisconnects
        // At the question for a password.
        case asksTwoThings, asksOpenly, asksAgainAndAgain, asksInManyWords
    }

    package let port: UInt16
    private let host: ChildProcess

    package init(_ manner: Manner) throws {
        port = try DeadPort.make()
        host = try ChildProcess("/usr/bin/python3", ["-c", Self.program, String(port), manner.rawValue])
        guard host.waitForOutput(containing: "listens") else {
            throw FixtureFailure("the host did not start (python3-paramiko?): \(host.standardError)")
        }
    }

    deinit { host.terminate() }

    /// What it has seen.
    package var log: String { host.standardOutput }
    package var complaints: String { host.standardError }

    private static let program = #"""
        import os, socket, struct, sys, threading, time
        import base64, logging
        import paramiko
        from paramiko.common import (
            AUTH_FAILED, AUTH_SUCCESSFUL, MSG_CHANNEL_CLOSE, MSG_CHANNEL_DATA, MSG_CHANNEL_OPEN, MSG_DISCONNECT,
            MSG_GLOBAL_REQUEST, MSG_KEXINIT, OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED, OPEN_SUCCEEDED)

        logging.getLogger("paramiko").addHandler(logging.NullHandler())
        manner = sys.argv[2]
        wants_password = manner in ("asksTwoThings", "asksOpenly", "asksAgainAndAgain", "asksInManyWords")
        key = paramiko.ECDSAKey.generate()

        def say(text):
            print(text, flush=True)

        def message(number, *parts):
            made = paramiko.Message()
            made.add_byte(bytes([number]))
            for part in parts:
                if isinstance(part, bool): made.add_boolean(part)
                elif isinstance(part, int): made.add_int(part)
                else: made.add_string(part)
            return made

        def disconnect(transport):
            transport._send_message(message(MSG_DISCONNECT, 11, "that is all \x1b]0;owned\x07", "en"))
            time.sleep(0.2)
            transport.close()

        def greeting():
            name = b"a@b"
            term = bytes([131, 104, 3, 97, 1, 119, len(name)]) + name + bytes([97, 25])
            return b"erlclu-bridge " + base64.b64encode(term) + b"\n"

        def forever(act):
            while True: act()

        class Host(paramiko.ServerInterface):
            def __init__(self, transport):
                self.transport = transport
                self.asked = 0

            def get_allowed_auths(self, user):
                return "keyboard-interactive,password" if wants_password else "publickey"

            def check_auth_none(self, user): return AUTH_FAILED
            def check_auth_publickey(self, user, key): return AUTH_FAILED if wants_password else AUTH_SUCCESSFUL

            def check_auth_password(self, user, password):
                say("password " + password)
                return AUTH_FAILED

            def check_auth_interactive(self, user, ways):
                say("begins to ask")
                if manner == "asksTwoThings": return paramiko.InteractiveQuery("", "", ("a", False), ("b", False))
                if manner == "asksOpenly": return paramiko.InteractiveQuery("", "", ("Name: ", True))
                if manner == "asksInManyWords":
                    prompt = "\x1b]0;owned\x07" + "p" * 30000
                    return paramiko.InteractiveQuery("", "line\n\x1b[2J" + "i" * 30000, (prompt, False))
                return paramiko.InteractiveQuery("", "", ("once: ", False))

            def check_auth_interactive_response(self, answers):
                say("answers " + repr(answers))
                if manner == "asksInManyWords": return AUTH_FAILED
                return paramiko.InteractiveQuery("", "", ("again: ", False))

            def check_channel_request(self, kind, number):
                if manner == "disconnectsAtChannel": disconnect(self.transport)
                if manner == "refusesChannel": return OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
                return OPEN_SUCCEEDED

            def check_channel_exec_request(self, channel, command):
                say("command")
                if manner == "disconnectsAtCommand": disconnect(self.transport)
                if manner == "neverAnswersCommand": time.sleep(10000)
                if manner == "refusesCommand": return False
                threading.Thread(target=self.run, args=(channel,), daemon=True).start()
                return True

            def run(self, channel):
                try: self.act(channel)
                except Exception as error: say("ends: %r" % error)

            def act(self, channel):
                transport, remote = self.transport, channel.remote_chanid
                time.sleep(0.1)
                if manner == "disconnectsInData":
                    channel.sendall(b"half a line")
                    disconnect(transport)
                elif manner == "sendsWithoutEnd": forever(lambda: channel.sendall(b"x" * 32768))
                elif manner == "sendsLinesWithoutEnd": forever(lambda: channel.sendall(b"noise\n" * 5000))
                elif manner == "sendsBeyondWindow":
                    forever(lambda: transport._send_user_message(message(MSG_CHANNEL_DATA, remote, b"x" * 32000)))
                elif manner == "complainsWithoutEnd": forever(lambda: channel.sendall_stderr(b"no\x1b[2J\n" * 4000))
                elif manner == "neverSaysStatus":
                    channel.sendall(b"words\n")
                    channel.shutdown_write()
                elif manner == "closesTwice":
                    for _ in range(2): transport._send_user_message(message(MSG_CHANNEL_CLOSE, remote))
                elif manner == "asksWithoutEnd":
                    forever(lambda: transport._send_user_message(
                        message(MSG_GLOBAL_REQUEST, "anything@example.org", True, b"y" * 8000)))
                elif manner == "asksWithoutReading":
                    transport.packetizer.read_message = lambda: time.sleep(10000)
                    forever(lambda: transport._send_user_message(
                        message(MSG_GLOBAL_REQUEST, "keepalive@openssh.com", True)))
                elif manner == "opensWithoutEnd":
                    forever(lambda: transport._send_user_message(
                        message(MSG_CHANNEL_OPEN, "session", 77, 2097152, 32768)))
                elif manner == "exchangesKeys":
                    channel.sendall(b"before\n" * 1000)
                    transport.renegotiate_keys()
                    channel.sendall(b"behind\n" * 1000)
                    channel.send_exit_status(0)
                    channel.close()
                elif manner == "exchangesKeysHalfway":
                    transport._send_message(message(MSG_KEXINIT))
                elif manner == "isBridgeThatSendsWithoutEnd":
                    channel.sendall(greeting())
                    forever(lambda: channel.sendall(b"noise\n" * 5000))
                elif manner == "isBridgeThatDisconnects":
                    channel.sendall(greeting())
                    time.sleep(0.2)
                    disconnect(transport)

        def serve(connection):
            transport = paramiko.Transport(connection)
            transport.add_server_key(key)
            host = Host(transport)
            try: transport.start_server(server=host)
            except Exception as error: return say("no start: %r" % error)
            while transport.is_active() and not transport.is_authenticated(): time.sleep(0.01)
            if manner == "disconnectsAtLogin": disconnect(transport)
            while transport.is_active(): time.sleep(0.05)

        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if manner == "asksWithoutReading": listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", int(sys.argv[1])))
        listener.listen(16)
        say("listens")
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()
        """#
}
