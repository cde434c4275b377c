import DistributionProtocol
import Presentation
import ReleaseFiles

extension DaemonSettings {
    /// What --check-config prints: each setting, its value, and where that comes from. The cookie is not shown.
    func report(_ options: DaemonOptions) -> TerminalText {
        var rows: [(String, String, String)] = []
        for option in DaemonOption.allCases where option.isSetting {
            let given = options.origin(of: option)
            let value = options.value(of: option) ?? (option == .nameBase ? nameBase : "-")
            switch option {
            case .name: rows.append(("name", name.name, "\(nameOrigin)"))
            case .cookieFile, .cookieEnv: continue
            case .optfile:
                rows.append((option.rawValue, value, "\(given ?? .fallback)"))
                rows.append(("cookie", "(not shown)", "\(cookieOrigin)"))
            default: rows.append((option.rawValue, value, "\(given ?? .fallback)"))
            }
        }
        let widths = (rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0)
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count) + 2)
        }
        return rows.reduce(into: "") { text, row in
            text +=
                TerminalText(padded(row.0, widths.0)) + TerminalText(padded(row.1, widths.1))
                + TerminalText(row.2)
            text += TerminalText(lines: "\n")
        }
    }
}
