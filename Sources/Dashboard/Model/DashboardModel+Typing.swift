import TerminalCanvas

/// Keys that come faster than a person presses them.
extension DashboardModel {
    /// So many at once are pasted.
    private static let manyKeys = 128

    /// What stands behind an Enter that was pressed in a prompt was typed for what that should open, whether it has or not:
    /// it is no key, and answers no question that its person has not seen. Nor is what stands behind a key that hands the
    /// terminal over. A filter is no such line: it counts while it is typed, and keys behind it are often meant.
    mutating func take(_ keys: [Key], continues: Bool) -> [DashboardEffect] {
        if !continues { ignoresBurst = false }
        var effects: [DashboardEffect] = []
        for key in keys where !ignoresBurst {
            var isLast = false
            if key == .enter, case .prompt(let prompt) = overlay {
                isLast = prompt.kind != .filter || keys.count >= Self.manyKeys
            }
            let followed = update(.key(key))
            effects += followed
            ignoresBurst = isLast || followed.contains(where: \.handsOver)
        }
        return effects
    }
}

extension DashboardEffect {
    /// Whether somebody else reads the terminal then, or nobody.
    fileprivate var handsOver: Bool {
        switch self {
        case .console, .suspend, .quit: true
        default: false
        }
    }
}
