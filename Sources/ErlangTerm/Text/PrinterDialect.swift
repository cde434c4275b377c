/// In what the releases print differently. Measured on OTP 25, 27 and 29.
package enum PrinterDialect: Int, Sendable {
    case otp25 = 25
    /// `maybe` and `else` are reserved words, so that as atoms they are quoted; every release reads them so.
    case otp27 = 27
    /// A binary that is Latin-1 and not UTF-8 prints in numbers, not as a string, when an unprintable character of
    /// UTF-8 comes before the first byte that is none. (The code behind it is of OTP 28.)
    case otp28 = 28

    /// The dialect of a release (the number that `erlang:system_info(otp_release)` shows).
    package init(release: Int) {
        self = release >= 28 ? .otp28 : release == 27 ? .otp27 : .otp25
    }

    /// `erl_scan:reserved_word/1`. The longest has seven letters, so that most atoms are told apart by their length.
    func reserves(_ name: String) -> Bool {
        guard name.utf8.count <= 7 else { return false }
        return switch name {
        case "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch", "cond",
            "div", "end", "fun", "if", "let", "not", "of", "or", "orelse", "receive", "rem", "try", "when", "xor":
            true
        case "else", "maybe": self != .otp25
        default: false
        }
    }
}
