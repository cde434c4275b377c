/// What `status` reports of one node.
package struct NodeStatus: Hashable, Sendable {
    /// A release, or what a node without one runs.
    package struct Product: Hashable, Sendable {
        package var name: String
        package var version: String?
        package init(name: String, version: String?) {
            self.name = name
            self.version = version
        }
    }

    package struct Application: Hashable, Sendable {
        package var name: String
        package var version: String
        package init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    package var node: String
    /// The release that runs there; nil where it cannot be known.
    package var product: Product?
    /// The first element of `init:get_status()`: `started`, `starting`, `stopping`.
    package var progress: String
    package var processID: String
    package var otpRelease: String
    package var ertsVersion: String
    package var uptimeSeconds: Int
    package var processes: Int
    package var processLimit: Int?
    package var runQueue: Int
    package var memoryBytes: Int
    /// Running applications.
    package var applications: [Application]
    /// Whether the rpc service (`rex`) runs.
    package var servesCalls: Bool

    package init(
        node: String, product: Product? = nil, progress: String, processID: String, otpRelease: String,
        ertsVersion: String, uptimeSeconds: Int,
        processes: Int, processLimit: Int?, runQueue: Int, memoryBytes: Int, applications: [Application],
        servesCalls: Bool = true
    ) {
        self.node = node
        self.product = product
        self.progress = progress
        self.processID = processID
        self.otpRelease = otpRelease
        self.ertsVersion = ertsVersion
        self.uptimeSeconds = uptimeSeconds
        self.processes = processes
        self.processLimit = processLimit
        self.runQueue = runQueue
        self.memoryBytes = memoryBytes
        self.applications = applications
        self.servesCalls = servesCalls
    }
}

/// A row of epmd's NAMES answer.
package struct RegisteredNode: Hashable, Sendable {
    /// The part of the node name before the @.
    package var name: String
    package var port: UInt16

    package init(name: String, port: UInt16) {
        self.name = name
        self.port = port
    }
}

/// How a node is to end, or to begin again: the functions of `init` with these names.
package enum NodeControl: String, Sendable {
    case stop
    case restart
    case reboot
}
