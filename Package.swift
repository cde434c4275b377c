// swift-tools-version: 6.2
import PackageDescription

/// The settings of every target, so that no module has weaker rules than the others.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
]

/// For what runs as tasks: a nonisolated async function stays where its caller is (SE-0461), on the loop.
let tasking = strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = strict
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], usesSupport: Bool = true, exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + (usesSupport ? ["ErlcluTestSupport"] : []), exclude: exclude,
        swiftSettings: strict)
}

let package = Package(
    name: "erlclu",
    products: [
        .executable(name: "erlclu-ctl", targets: ["erlclu-ctl"]), .executable(name: "erlclud", targets: ["erlclud"]),
    ],
    targets: [
        // Loads libraries when they are first needed; each has a target of its own that describes it.
        .target(name: "CLibraryLoader"),
        // Needs the headers of libssl-dev to build.
        .target(name: "COpenSSL", dependencies: ["CLibraryLoader"]),
        // Needs the headers of libncurses-dev to build.
        .target(name: "CNcurses", dependencies: ["CLibraryLoader"]),
        // Needs the headers of libssh-dev to build.
        .target(name: "CLibSSH", dependencies: ["CLibraryLoader"]),
        // Needs the headers of libmicrohttpd-dev to build.
        .target(name: "CMicroHTTPD", dependencies: ["CLibraryLoader"]),
        .systemLibrary(name: "CLinux"),

        module("ErlangTerm"),
        module("DistributionProtocol", ["ErlangTerm"]),
        // Facts of an attempt to connect, and the one place that turns them into a failure code. No command line.
        module("Diagnosis", ["DistributionProtocol", "ErlangTerm"]),
        module("ByteTransport", ["CLinux", "Diagnosis"]),
        module("TLSTransport", ["ByteTransport", "CLibraryLoader", "COpenSSL", "Diagnosis"]),
        module(
            "SSHTransport",
            ["ByteTransport", "CLibSSH", "CLibraryLoader", "CLinux", "Diagnosis", "ErlangTerm"]),
        module("ErlangNode", ["ByteTransport", "Diagnosis", "DistributionProtocol", "ErlangTerm"]),
        // Captures as files, packets, streams and TLS records. It knows nothing of distribution.
        module("PacketCapture", ["ByteTransport", "Diagnosis"]),
        // What is seen of handshakes: from here, from a node, in a capture. No sockets, no OpenSSL.
        module(
            "HandshakeTrace",
            ["ByteTransport", "Diagnosis", "DistributionProtocol", "ErlangNode", "ErlangTerm", "PacketCapture"]),
        // Screens of cells, and keys; pure.
        module("TerminalCanvas"),
        module("NcursesTerminal", ["CLibraryLoader", "CLinux", "CNcurses", "TerminalCanvas"]),
        module("LineEditor", ["TerminalCanvas"]),
        module("ReleaseFiles", ["ErlangTerm"]),
        module(
            "ClusterAdmin",
            ["ByteTransport", "Diagnosis", "DistributionProtocol", "ErlangNode", "ErlangTerm", "HandshakeTrace"],
            settings: tasking),
        // How values are shown, to people and to scripts, whatever shows them.
        module(
            "Presentation",
            [
                "ByteTransport", "ClusterAdmin", "Diagnosis", "DistributionProtocol", "ErlangNode", "ErlangTerm",
                "HandshakeTrace", "TerminalCanvas",
            ]),
        // The dashboard as a value: what happens goes in, screens and things to do come out. No connections, no ncurses.
        module(
            "Dashboard",
            ["ClusterAdmin", "Diagnosis", "HandshakeTrace", "LineEditor", "Presentation", "TerminalCanvas"]),
        module(
            "ErlcluCommands",
            [
                "ByteTransport", "CLinux", "ClusterAdmin", "Dashboard", "Diagnosis", "DistributionProtocol",
                "ErlangNode", "ErlangTerm", "HandshakeTrace", "LineEditor", "NcursesTerminal", "PacketCapture",
                "Presentation", "ReleaseFiles", "SSHTransport", "TLSTransport", "TerminalCanvas",
            ], settings: tasking),
        // Short answers over HTTP, on the loop.
        module("HTTPTransport", ["ByteTransport", "CLibraryLoader", "CMicroHTTPD"]),
        // A node of our own that is a member: what it answers, its links, its settings.
        module(
            "NodeDaemon",
            [
                "ByteTransport", "CLinux", "ClusterAdmin", "Diagnosis", "DistributionProtocol", "ErlangNode",
                "ErlangTerm", "HTTPTransport", "HandshakeTrace", "Presentation", "ReleaseFiles", "TLSTransport",
            ]),
        .executableTarget(name: "erlclud", dependencies: ["ByteTransport", "NodeDaemon"], swiftSettings: strict),
        .executableTarget(
            name: "erlclu-ctl", dependencies: ["ByteTransport", "ErlcluCommands"], swiftSettings: strict),

        .target(name: "CProcessStart", path: "Tests/CProcessStart", cSettings: [.define("_GNU_SOURCE")]),
        .target(
            name: "ErlcluTestSupport", dependencies: ["CProcessStart", "CLinux", "ErlangTerm"],
            path: "Tests/ErlcluTestSupport", swiftSettings: strict),
        // The fuzzed functions are a library, so that the tests can run the kept inputs without a fuzzer.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "ByteTransport", "ClusterAdmin", "Diagnosis", "DistributionProtocol", "ErlangNode", "ErlangTerm",
                "ErlcluCommands", "HandshakeTrace", "PacketCapture", "Presentation", "ReleaseFiles", "SSHTransport",
            ],
            path: "Tests/Fuzz/Targets", swiftSettings: strict),
        tests("FuzzTargetsTests", ["FuzzTargets"], usesSupport: false),
        tests("ErlcluTestSupportTests", [], exclude: ["Snapshots"]),
        tests("ErlangTermTests", ["ErlangTerm"], exclude: ["Vectors/make_vectors.escript"]),
        tests(
            "DistributionProtocolTests", ["DistributionProtocol", "ErlangTerm"], exclude: ["Global/Recordings"]),
        // What live runs of the agreement record, and the replay reads.
        .target(
            name: "AgreementSupport",
            dependencies: ["Diagnosis", "DistributionProtocol", "ErlcluTestSupport", "HandshakeTrace", "Presentation"],
            path: "Tests/AgreementSupport", swiftSettings: strict),
        tests(
            "DiagnosisTests", ["AgreementSupport", "Diagnosis", "DistributionProtocol"],
            exclude: ["Agreement/Recordings", "Agreement/Snapshots"]),
        .target(name: "CLoaderProbe", dependencies: ["CLibraryLoader"], path: "Tests/CLoaderProbe"),
        tests("LibraryLoaderTests", ["CLibraryLoader", "CLoaderProbe"]),
        tests("TransportTests", ["ByteTransport", "CLibraryLoader", "COpenSSL", "Diagnosis", "TLSTransport"]),
        tests("SSHTransportTests", ["ByteTransport", "Diagnosis", "ErlangTerm", "SSHTransport"]),
        tests("ErlangNodeTests", ["ByteTransport", "Diagnosis", "DistributionProtocol", "ErlangNode", "ErlangTerm"]),
        tests(
            "ClusterAdminTests",
            [
                "ByteTransport", "ClusterAdmin", "Diagnosis", "DistributionProtocol", "ErlangNode", "ErlangTerm",
                "HandshakeTrace",
            ],
            usesSupport: false),
        tests(
            "HandshakeTraceTests",
            [
                "ByteTransport", "Diagnosis", "DistributionProtocol", "ErlangNode", "ErlangTerm", "HandshakeTrace",
                "PacketCapture", "Presentation", "TLSTransport",
            ],
            exclude: ["Capture/Scenarios", "Capture/TLS/Recordings", "Capture/TLS/Snapshots"]),
        tests("PacketCaptureTests", ["ByteTransport", "PacketCapture"]),
        tests("TerminalCanvasTests", ["NcursesTerminal", "TerminalCanvas"], exclude: ["Snapshots"]),
        tests(
            "DashboardTests",
            [
                "ByteTransport", "ClusterAdmin", "Dashboard", "Diagnosis", "ErlangNode", "ErlangTerm", "HandshakeTrace",
                "NcursesTerminal", "Presentation", "TerminalCanvas",
            ],
            exclude: ["Recordings", "Snapshots"]),

        tests("LineEditorTests", ["LineEditor", "TerminalCanvas"], usesSupport: false),
        tests("PresentationTests", ["ErlangTerm", "Presentation", "TerminalCanvas"]),
        tests("ReleaseFilesTests", ["ErlangTerm", "ReleaseFiles"]),
        tests(
            "ErlcluCommandsTests",
            [
                "ByteTransport", "ClusterAdmin", "Dashboard", "Diagnosis", "DistributionProtocol", "ErlangNode",
                "ErlangTerm", "ErlcluCommands", "HandshakeTrace", "Presentation", "ReleaseFiles",
                "TerminalCanvas",
            ],
            exclude: ["Capture/Snapshots", "Help/Snapshots"]),
        tests(
            "InteropTests",
            [
                "ByteTransport", "ClusterAdmin", "Diagnosis", "DistributionProtocol", "ErlangNode", "ErlangTerm",
                "HandshakeTrace", "Presentation", "TLSTransport",
            ]),
        tests(
            "CommandTests",
            [
                "AgreementSupport", "ByteTransport", "ClusterAdmin", "Dashboard", "Diagnosis", "DistributionProtocol",
                "ErlangNode", "ErlangTerm", "ErlcluCommands", "HandshakeTrace", "PacketCapture", "Presentation",
                "TLSTransport", "TerminalCanvas",
            ],
            exclude: [
                "Console/Snapshots", "Doctor/Snapshots", "Failures/Snapshots", "OptionFiles/Snapshots",
                "OptionFiles/Verdicts", "Trace/Snapshots",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// Only for `make bench`, so that no other build compiles it.
if Context.environment["ERLCLU_BENCH"] != nil {
    package.targets.append(
        .executableTarget(
            name: "erlclu-bench",
            dependencies: [
                "ByteTransport", "CProcessStart", "Diagnosis", "DistributionProtocol", "ErlangNode", "ErlangTerm",
                "TLSTransport",
            ],
            path: "Tests/Benchmarks", swiftSettings: strict))
}

// Only for `make fuzz`: its main function is libFuzzer's.
if Context.environment["ERLCLU_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "erlclu-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Driver", swiftSettings: strict))
}
