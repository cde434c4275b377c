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

    /// So much of what there is room for.
    package struct Use: Hashable, Sendable {
        package var used: Int
        package var limit: Int?
        package init(_ used: Int, of limit: Int?) {
            self.used = used
            self.limit = limit
        }
    }

    /// Bytes by what they are for. A part of `system` is what the others but `processes` are.
    package struct Memory: Hashable, Sendable {
        package var processes: Int?
        package var binary: Int?
        package var ets: Int?
        package var atom: Int?
        package var code: Int?
        package var system: Int?
        package init() {}
    }

    package struct Schedulers: Hashable, Sendable {
        package var online: Int
        package var dirtyCPU: Int
        package var dirtyIO: Int
        package init(online: Int, dirtyCPU: Int, dirtyIO: Int) {
            self.online = online
            self.dirtyCPU = dirtyCPU
            self.dirtyIO = dirtyIO
        }
    }

    package struct Alarm: Hashable, Sendable {
        package var id: String
        package var description: String
        package init(id: String, description: String) {
            self.id = id
            self.description = description
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
    package var memory = Memory()
    package var schedulers: Schedulers?
    /// How much waits for each scheduler, then for the dirty ones of processors, and for those of input and output.
    package var runQueues: [Int] = []
    package var ports: Use?
    package var atoms: Use?
    package var etsTables: Use?
    /// Nil where nobody keeps them (the application sasl does), or does not answer.
    package var alarms: [Alarm]?
    /// Nil where they were not asked for.
    package var links: [DistributionLink]?
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
