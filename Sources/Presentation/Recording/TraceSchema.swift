/// The JSON lines that events are written as, and read back from.
package enum TraceSchema {
    /// The number goes up when a reader of the older one would misread what is written.
    package static let name = "erlclu/trace/1"
}

/// Why a recorded event cannot be read.
package enum RecordingFault: Error, Hashable, Sendable {
    case json(JSONFault)
    /// It is of another schema, or of none.
    case schema(String?)
    /// A member is missing, or is not of its kind.
    case member(String)

    /// One sentence without a final period.
    package var message: String {
        switch self {
        case .json(let fault): "it is no JSON at byte \(fault.offset): \(fault.reason)"
        case .schema(nil): "it is no event: its schema is missing"
        case .schema(let name?): "it has the schema \(name); this program reads \(TraceSchema.name)"
        case .member(let name): "its \(name) is missing or malformed"
        }
    }
}
