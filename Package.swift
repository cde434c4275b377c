// swift-tools-version: 6.2
import PackageDescription

/// One list for every target, so that no module is built by laxer rules than the others.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["ErlcluTestSupport"], exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "erlclu",
    products: [.executable(name: "erlclu-ctl", targets: ["erlclu-ctl"])],
    targets: [
        // Needs the headers of libssl-dev. The library itself is loaded when TLS is first spoken.
        .target(name: "COpenSSL", exclude: ["symbols.def"], cSettings: [.define("_GNU_SOURCE")]),
        .systemLibrary(name: "CLinux"),
        // Takes the place of an object of Swift's standard library, for a quicker start.
        .target(name: "CArguments"),

        module("ErlangTerm"),
        module("DistributionProtocol", ["ErlangTerm"]),
        module("ByteTransport", ["CLinux"]),
        module("TLSTransport", ["ByteTransport", "COpenSSL"]),
        module("ErlangNode", ["DistributionProtocol", "ErlangTerm", "ByteTransport"]),
        // Captures as files, packets, streams and TLS records. It knows nothing of distribution.
        module("PacketCapture", ["ByteTransport"]),
        // What is seen of handshakes: from here, from a node, in a capture. No sockets, no OpenSSL.
        module(
            "HandshakeTrace",
            ["ByteTransport", "DistributionProtocol", "ErlangNode", "ErlangTerm", "PacketCapture"]),
        // How text stands in the cells of a terminal.
        module("TerminalCanvas"),
        module("LineEditor", ["TerminalCanvas"]),
        module("ReleaseFiles", ["ErlangTerm"]),
        module(
            "ClusterAdmin",
            ["ByteTransport", "DistributionProtocol", "ErlangNode", "ErlangTerm", "HandshakeTrace"]),
        // How values are shown, to people and to scripts, whatever shows them.
        module(
            "Presentation",
            [
                "ByteTransport", "ClusterAdmin", "DistributionProtocol", "ErlangNode", "ErlangTerm", "HandshakeTrace",
                "TerminalCanvas",
            ]),
        module(
            "ErlcluCommands",
            [
                "ByteTransport", "ClusterAdmin", "DistributionProtocol", "ErlangNode", "ErlangTerm", "HandshakeTrace",
                "LineEditor", "PacketCapture", "Presentation", "ReleaseFiles", "TLSTransport", "TerminalCanvas",
            ]),
        .executableTarget(name: "erlclu-ctl", dependencies: ["CArguments", "ErlcluCommands"], swiftSettings: strict),

        .target(name: "CProcessStart", path: "Tests/CProcessStart", cSettings: [.define("_GNU_SOURCE")]),
        .target(
            name: "ErlcluTestSupport", dependencies: ["CProcessStart", "CLinux", "ByteTransport", "ErlangTerm"],
            path: "Tests/ErlcluTestSupport", swiftSettings: strict),
        // What is fuzzed is a library, so that the tests can run the kept inputs without a fuzzer.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "ByteTransport", "ClusterAdmin", "DistributionProtocol", "ErlangNode", "ErlangTerm", "ErlcluCommands",
                "HandshakeTrace", "PacketCapture", "Presentation", "ReleaseFiles",
            ],
            path: "Tests/Fuzz/Targets", swiftSettings: strict),
        tests("FuzzTargetsTests", ["FuzzTargets"]),
        tests("ErlcluTestSupportTests", [], exclude: ["Snapshots"]),
        tests("ErlangTermTests", ["ErlangTerm"], exclude: ["Vectors/make_vectors.escript"]),
        tests("DistributionProtocolTests", ["DistributionProtocol", "ErlangTerm"]),
        tests("TransportTests", ["ByteTransport", "TLSTransport"]),
        tests("ErlangNodeTests", ["ErlangNode", "DistributionProtocol", "ByteTransport", "ErlangTerm"]),
        tests(
            "ClusterAdminTests",
            ["ClusterAdmin", "HandshakeTrace", "ErlangNode", "DistributionProtocol", "ErlangTerm", "ByteTransport"]),
        tests(
            "HandshakeTraceTests",
            [
                "HandshakeTrace", "ByteTransport", "DistributionProtocol", "ErlangNode", "ErlangTerm", "ErlcluCommands",
                "PacketCapture", "Presentation", "TLSTransport",
            ],
            exclude: ["Capture/Scenarios", "Capture/TLS/Recordings", "Capture/TLS/Snapshots"]),
        tests("PacketCaptureTests", ["PacketCapture", "ByteTransport"]),
        tests("LineEditorTests", ["LineEditor", "TerminalCanvas"]),
        tests("PresentationTests", ["Presentation", "ErlangTerm"]),
        tests("ReleaseFilesTests", ["ReleaseFiles", "ErlangTerm"]),
        tests(
            "ErlcluCommandsTests",
            [
                "ErlcluCommands", "ErlangNode", "ErlangTerm", "ClusterAdmin", "ByteTransport", "Presentation",
                "ReleaseFiles",
            ],
            exclude: ["Capture/Snapshots", "Help/Snapshots"]),
        tests(
            "InteropTests",
            [
                "ClusterAdmin", "ErlangNode", "DistributionProtocol", "ByteTransport", "TLSTransport", "ErlangTerm",
                "ReleaseFiles",
            ]),
        tests(
            "CommandTests",
            [
                "ByteTransport", "DistributionProtocol", "ErlangNode", "ErlangTerm", "ErlcluCommands", "HandshakeTrace",
                "PacketCapture", "TLSTransport",
            ],
            exclude: [
                "Console/Snapshots", "Doctor/Snapshots", "Failures/Snapshots", "OptionFiles/Snapshots",
                "OptionFiles/Verdicts", "Trace/Snapshots",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// Only for `make bench`: nobody else should pay for building it.
if Context.environment["ERLCLU_BENCH"] != nil {
    package.targets.append(
        .executableTarget(
            name: "erlclu-bench",
            dependencies: [
                "ByteTransport", "CProcessStart", "DistributionProtocol", "ErlangNode", "ErlangTerm", "TLSTransport",
            ],
            path: "Tests/Benchmarks", swiftSettings: strict))
}

// Only for `make fuzz`: it has no main function of its own, libFuzzer brings it.
if Context.environment["ERLCLU_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "erlclu-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Driver", swiftSettings: strict))
}
