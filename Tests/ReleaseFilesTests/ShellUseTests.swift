import Testing

@testable import ReleaseFiles

/// When a shell is asked at all; this one only counts.
@Suite struct ShellUseTests {
    private final class CountingShell: EnvironmentShell {
        var runs: [EnvironmentRun] = []

        func run(_ run: EnvironmentRun) throws(EnvironmentShellFailure) -> [String: String] {
            runs.append(run)
            return [
                "RELEASE_NODE": "shop@10.1.1.1", "RELEASE_COOKIE": "fromsh", "RELEASE_DISTRIBUTION": "name",
            ]
        }
    }

    private static let computed = """
        ip=$(hostname -i)
        export RELEASE_DISTRIBUTION=name RELEASE_NODE=shop@$ip

        RELEASE_COOKIE=$(cat /secret)
        """

    private func resolve(
        _ script: String = computed, _ environment: [String: String] = [:],
        _ set: (inout SettingsFlags) -> Void
    ) throws -> (settings: NodeSettings, runs: [EnvironmentRun]) {
        let files = [
            "/m/releases/start_erl.data": "14.2 0.1.0", "/m/releases/COOKIE": "FILECOOKIE",
            "/m/releases/0.1.0/demo.rel": "", "/m/releases/0.1.0/env.sh": script,
            "/m/releases/0.1.0/vm.args": "-name other@10.9.9.9",
            "/home/u/.erlang.cookie": "homecookie",
            "/home/u/.config/erlclu/erlclu.config": "{context, c, [{release, \"/m\"}]}.",
        ]
        var flags = SettingsFlags()
        flags.shell = .permitted
        set(&flags)
        let shell = CountingShell()
        let settings = try SettingsResolver(
            flags: flags, environment: environment.merging(["HOME": "/home/u"]) { $1 },
            files: MemoryFiles(files),
            hostName: "box", shell: shell
        ).resolve()
        return (settings, shell.runs)
    }

    @Test func aReleaseThatWasTypedOrThatAContextNames() throws {
        for typed in [true, false] {
            let (settings, runs) = try resolve {
                if typed { $0.release = "/m" } else { $0.context = "c" }
            }
            #expect(runs.count == 1)
            #expect(runs.first?.script == "/m/releases/0.1.0/env.sh")
            #expect(runs.first?.environment["RELEASE_NAME"] == "demo")
            #expect(
                settings.nodes == Sourced(["shop@10.1.1.1"], .file("/m/releases/0.1.0/env.sh", line: 2)))
            #expect(
                settings.notices == [
                    "sh has run /m/releases/0.1.0/env.sh, as RELEASE_NODE depends on a command in line 1"
                ])
        }
    }

    @Test(arguments: ["ERLCLU_RELEASE", "RELEASE_ROOT"]) func notOneOfTheEnvironment(variable: String)
        throws
    {
        let (settings, runs) = try resolve(Self.computed, [variable: "/m"]) { _ in }
        #expect(runs.isEmpty)
        #expect(
            settings.nameProblem
                == "file /m/releases/0.1.0/env.sh:2: RELEASE_NODE is not read: it depends on a command in line 1, and "
                + "neither --release nor a context names the release")
    }

    /// Neither the name of `vm.args`, nor the release's, nor the user's cookie stand in for what is not read.
    @Test func nothingStandsInForIt() throws {
        for (environment, use, reason) in [
            ([:], SettingsFlags.Shell.forbidden, "--no-shell was given"),
            ([:], .onlyLooks, "nothing is asked of the release"),
            (["ERLCLU_NO_SHELL": "1"], .permitted, "ERLCLU_NO_SHELL is set"),
            (["ERLCLU_NO_SHELL": "anything"], .permitted, "ERLCLU_NO_SHELL is set"),
        ] {
            let (settings, runs) = try resolve(Self.computed, environment) {
                $0.release = "/m"
                $0.shell = use
            }
            #expect(runs.isEmpty)
            #expect(settings.nodes.value.isEmpty && settings.cookie == nil && settings.notices.isEmpty)
            let path = "file /m/releases/0.1.0/env.sh"
            #expect(
                settings.nameProblem
                    == "\(path):2: RELEASE_NODE is not read: it depends on a command in line 1, and \(reason)"
            )
            #expect(
                settings.cookieProblem
                    == "\(path):4: RELEASE_COOKIE is not read: it depends on a command in line 4, and \(reason)"
            )
        }
        #expect(
            try resolve(Self.computed, ["ERLCLU_NO_SHELL": "0"]) { $0.release = "/m" }.runs.count == 1)
    }

    @Test func onlyForWhatNobodyElseGives() throws {
        let (settings, runs) = try resolve {
            $0.release = "/m"
            $0.nodes = ["a@b"]
            $0.setCookie = "typed"
        }
        #expect(runs.isEmpty && settings.nameProblem == nil && settings.cookieProblem == nil)
        #expect(try resolve("RELEASE_NODE=a@b\nX=$(x)\n") { $0.release = "/m" }.runs.isEmpty)
        let (flags, flagRuns) = try resolve("RELEASE_NODE=a@b\nexport ERL_FLAGS=\"+S $(nproc)\"\n") {
            $0.release = "/m"
            $0.shell = .forbidden
        }
        #expect(flagRuns.isEmpty && flags.nodes.value == ["a@b"])
        #expect(flags.warnings.contains { $0.contains("env.sh:2: ERL_FLAGS is not read") })
    }

    @Test func aNameThatCannotBeOneNamesTheVariable() throws {
        let (settings, _) = try resolve("RELEASE_NODE=shop@$POD_IP") { $0.release = "/m" }
        #expect(
            settings.nameProblem
                == "file /m/releases/0.1.0/env.sh:1: RELEASE_NODE is made of POD_IP, which is not set")
    }
}
