import ByteTransport
import ErlcluTestSupport
import Glibc
import ReleaseFiles
import Testing

@testable import ErlcluCommands

/// What `sh` gets, and what it may not do.
@Suite struct ReleaseShellTests {
    private static let trusting: @Sendable (String) -> String? = { _ in nil }

    private static func problem(
        _ script: String, _ environment: [String: String] = [:], patience: Duration = .seconds(20)
    ) throws -> String {
        let release = try MixRelease(script)
        let settings = try release.settings(
            try release.environment(environment), ReleaseShell(patience: patience, fault: trusting))
        return try #require(settings.nameProblem)
    }

    private static func node(_ script: String, _ environment: [String: String] = [:]) throws -> String {
        let release = try MixRelease(script)
        let settings = try release.settings(
            try release.environment(environment), ReleaseShell(fault: trusting))
        return try #require(settings.nodes.value.first, "\(settings.nameProblem ?? "")")
    }

    /// The variables, parameters and options that the start script would make; no standard input; nothing printed.
    @Test func environmentIsThatOfTheStartScript() throws {
        let release = try MixRelease(
            "report=$(printf '%s,' \"$RELEASE_NAME\" \"$RELEASE_VSN\" \"$RELEASE_COMMAND\" \"$RELEASE_PROG\" "
                + "\"$1\" \"$#\" \"${0##*/}\" \"$OWN\" \"$-\" \"$(cat)\"; [ \"$RELEASE_ROOT/releases/$RELEASE_VSN\" = \"$REL_VSN_DIR\" ] "
                + "&& env | grep -c REL_VSN_DIR || true)\necho to-stdout; echo to-stderr >&2\nRELEASE_NODE=a@$report\n"
        )
        let settings = try release.settings(
            try release.environment(["OWN": "ours"]), ReleaseShell(fault: Self.trusting))
        let name = try #require(settings.nodes.value.first, "\(settings.nameProblem ?? "")")
        let fields = name.split(separator: ",").map(String.init)
        #expect(fields.prefix(8) == ["a@shop", "1.0.0", "rpc", "shop", "rpc", "1", "shop", "ours"])
        #expect(fields[8].contains("e"))
        #expect(fields.last == "0")
        #expect(
            settings.notices == [
                "sh has run \(release.script), as RELEASE_NODE depends on a command in line 1"
            ])
    }

    @Test func whateverItMadeOfPrintfAndDescriptors() throws {
        let node = "a@$(echo b)"
        #expect(
            try Self.node("printf() { echo wrong; }\nexec 3>&1 >/dev/null\nRELEASE_NODE=\(node)") == "a@b"
        )
        #expect(try Self.node("set -u\nreadonly RELEASE_NODE=\(node)") == "a@b")
        // Who stays behind holds the descriptor open.
        #expect(try Self.node("sleep 30 &\nRELEASE_NODE=\(node)") == "a@b")
    }

    @Test func failuresAreNamed() throws {
        #expect(try Self.problem("RELEASE_NODE=a@$(false)\n").hasSuffix("and sh ended with status 1"))
        #expect(
            try Self.problem("RELEASE_NODE=a@$(echo b)\nexit 3").hasSuffix("and sh ended with status 3"))
        #expect(
            try Self.problem("RELEASE_NODE=a@$(echo b)\nkill -9 $$").hasSuffix(
                "and sh ended with signal 9"))
        #expect(
            try Self.problem("RELEASE_NODE=a@$(echo b c)\n").hasSuffix(
                "RELEASE_NODE is 'a@b c', which is no node name"))
        #expect(
            try Self.problem("RELEASE_NODE=a@$(head -c 80000 /dev/zero | tr '\\0' x)\n").hasSuffix(
                "and it gave more than 64 KiB"))
        #expect(
            try Self.problem("RELEASE_NODE=a@$(echo b)\r\n").hasSuffix(
                "sh does not take its lines, which end with a carriage return"))
    }

    /// The whole group is killed, and it is another one than ours.
    @Test func itIsKilledWithAllThatItStarted() throws {
        let directory = try TemporaryDirectory()
        let mark = directory.file("processes")
        let clock = ContinuousClock()
        var problem = ""
        let time = try clock.measure {
            problem = try Self.problem(
                "sleep 100 &\necho $! $$ $(ps -o pgid= -p $$) > \(mark)\nRELEASE_NODE=a@$(sleep 100)\n",
                patience: .seconds(3))
        }
        #expect(problem.hasSuffix("and sh had not ended in time, and was killed"))
        #expect(time < .seconds(20))
        let text = String(decoding: try SystemFiles().read(mark), as: UTF8.self)
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
        try #require(numbers.count == 3)
        #expect(numbers[1] == numbers[2] && numbers[2] != getpgrp())
        let deadline = Instant.now + .seconds(20)
        while kill(numbers[0], 0) == 0, !Self.isDead(numbers[0]), Instant.now < deadline {
            poll(nil, 0, 20)
        }
        #expect(Self.isDead(numbers[0]))
    }

    /// Nobody may be there to reap an orphan.
    private static func isDead(_ process: pid_t) -> Bool {
        guard let bytes = try? SystemFiles().read("/proc/\(process)/stat") else { return true }
        return String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.hasPrefix(" Z")
            ?? true
    }

    @Test func itIsRunOnceForACommand() throws {
        let directory = try TemporaryDirectory()
        let release = try MixRelease("echo x >> \(directory.file("runs"))\nRELEASE_NODE=a@$(echo b)\n")
        let shell = ReleaseShell(fault: Self.trusting)
        let environment = try release.environment([:])
        for _ in 0..<3 { #expect(try release.settings(environment, shell).nodes.value == ["a@b"]) }
        #expect(try SystemFiles().read(directory.file("runs")).count == 2)
    }

    // MARK: Whose file it is

    private static let folder: mode_t = S_IFDIR | 0o755

    private static func fault(_ changed: [String: TrustedPath.Status], caller: uid_t = 1000)
        -> String?
    {
        TrustedPath.fault(
            of: "/opt/shop/env.sh", caller: caller,
            status: { path in
                changed[path]
                    ?? TrustedPath.Status(owner: 0, mode: path.hasSuffix(".sh") ? S_IFREG | 0o644 : folder)
            })
    }

    @Test func onlyWhatNobodyElseCanWriteIsRun() {
        #expect(Self.fault([:]) == nil)
        let own = TrustedPath.Status(owner: 1000, mode: S_IFREG | 0o600)
        #expect(Self.fault(["/opt/shop/env.sh": own]) == nil)
        #expect(
            Self.fault(["/opt/shop/env.sh": own], caller: 0) == "/opt/shop/env.sh belongs to user 1000")
        for path in ["/", "/opt", "/opt/shop"] {
            #expect(
                Self.fault([path: .init(owner: 1001, mode: Self.folder)]) == "\(path) belongs to user 1001")
            for bit: mode_t in [0o020, 0o002, 0o1002] {
                #expect(
                    Self.fault([path: .init(owner: 0, mode: Self.folder | bit)]) == "others can write \(path)"
                )
            }
        }
        for bit: mode_t in [0o020, 0o002] {
            let open = TrustedPath.Status(owner: 0, mode: S_IFREG | 0o644 | bit)
            #expect(Self.fault(["/opt/shop/env.sh": open]) == "others can write /opt/shop/env.sh")
        }
        let queue = TrustedPath.Status(owner: 0, mode: S_IFIFO | 0o644)
        #expect(Self.fault(["/opt/shop/env.sh": queue]) == "/opt/shop/env.sh is no regular file")
        #expect(TrustedPath.fault(of: "relative/env.sh") != nil)
        // The folder of the system for temporary files is everybody's.
        #expect(TrustedPath.fault(of: "/tmp/erlclu-none/env.sh") != nil)
    }

    /// A link may stand where others can put another one, although it begins and ends at a safe place.
    @Test func linksBetweenAreLookedAt() throws {
        let directory = try TemporaryDirectory()
        let top = try #require(TrustedPath.resolved(directory.path))
        try directory.write("", to: "real/1.0.0/env.sh", mode: 0o644)
        try directory.write("", to: "pub/file")
        try directory.write("", to: "app/file")
        for folder in ["real", "real/1.0.0", "pub", "app"] { chmod("\(top)/\(folder)", 0o755) }
        #expect(symlink("\(top)/real", "\(top)/pub/link") == 0)
        #expect(symlink("../pub/link", "\(top)/app/releases") == 0)
        #expect(symlink("loop", "\(top)/loop") == 0)
        // The folder for temporary files is everybody's.
        func fault(_ path: String) -> String? {
            TrustedPath.fault(
                of: "\(top)/\(path)",
                status: { path in
                    path == "/" || top.hasPrefix(path + "/")
                        ? TrustedPath.Status(owner: 0, mode: Self.folder) : TrustedPath.status(path)
                })
        }
        let script = "app/releases/1.0.0/env.sh"
        #expect(fault(script) == nil)
        chmod("\(top)/pub", 0o777)
        #expect(fault(script) == "others can write \(top)/pub")
        #expect(fault("real/1.0.0/env.sh") == nil)
        chmod("\(top)/pub", 0o755)
        if geteuid() == 0 {
            #expect(lchown("\(top)/pub/link", 65534, 65534) == 0)
            #expect(fault(script) == "\(top)/pub/link belongs to user 65534")
        }
        #expect(fault("loop/env.sh") == "\(top)/loop leads nowhere")
        #expect(fault("real/1.0.0/none.sh") == "\(top)/real/1.0.0/none.sh is not there")
        #expect(fault("real/1.0.0/../1.0.0") == "\(top)/real/1.0.0/../1.0.0 is no regular file")
    }

    /// A link that leads elsewhere once it was checked leads `sh` nowhere else.
    @Test func whatWasCheckedIsRun() throws {
        let release = try MixRelease("RELEASE_NODE=a@$(echo first)\n")
        let other = try MixRelease("RELEASE_NODE=a@$(echo second)\n")
        let version = release.directory.file("releases/1.0.0")
        let (real, link) = (release.directory.file("it's real"), release.directory.file("pub/link"))
        try release.directory.write("", to: "pub/file")
        chmod(release.directory.file("pub"), 0o777)
        #expect(rename(version, real) == 0 && symlink(real, link) == 0 && symlink(link, version) == 0)
        let shell = ReleaseShell(fault: { _ in
            unlink(link)
            symlink(other.directory.file("releases/1.0.0"), link)
            return nil
        })
        let settings = try release.settings(try release.environment([:]), shell)
        #expect(settings.nodes.value == ["a@first"], "\(settings.nameProblem ?? "")")
    }

    @Test func aFileThatOthersCanWriteIsNotRun() throws {
        let directory = try TemporaryDirectory()
        let release = try MixRelease("touch \(directory.file("ran"))\nRELEASE_NODE=a@$(echo b)\n")
        chmod(release.script, 0o666)
        let settings = try release.settings(try release.environment([:]), ReleaseShell())
        #expect(settings.nameProblem?.contains("RELEASE_NODE is not read") == true)
        #expect(settings.nodes.value.isEmpty && settings.notices.isEmpty)
        #expect(SystemFiles().status(directory.file("ran")) == nil)
    }
}
