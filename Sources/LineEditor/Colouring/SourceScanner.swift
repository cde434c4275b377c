/// Goes through source text once and gives each character a role.
struct SourceScanner {
    private let characters: [Character]
    private(set) var roles: [TokenRole] = []

    init(_ characters: [Character]) {
        self.characters = characters
        roles.reserveCapacity(characters.count)
    }

    private var place: Int { roles.count }
    var isAtEnd: Bool { place >= characters.count }
    var next: Character? { character(0) }
    var last: Character? { character(-1) }

    func character(_ offset: Int) -> Character? {
        let index = place + offset
        return characters.indices.contains(index) ? characters[index] : nil
    }

    func follows(_ text: [Character]) -> Bool {
        text.indices.allSatisfy { character($0) == text[$0] }
    }

    mutating func take(_ count: Int = 1, as role: TokenRole) {
        for _ in 0..<min(count, characters.count - place) { roles.append(role) }
    }

    mutating func take(as role: TokenRole, while condition: (Character) -> Bool) {
        while let next, condition(next) { roles.append(role) }
    }

    /// A word and what it is.
    mutating func takeWord(_ role: (String) -> TokenRole, while condition: (Character) -> Bool) {
        var length = 0
        while let next = character(length), condition(next) { length += 1 }
        take(length, as: role(String(characters[place..<place + length])))
    }

    /// Up to `end` and with it; a backslash takes the character behind it along.
    mutating func takeQuoted(until end: [Character], as role: TokenRole, escapes: Bool = true) {
        while !isAtEnd {
            if follows(end) { return take(end.count, as: role) }
            take(escapes && next == "\\" ? 2 : 1, as: role)
        }
    }

    /// `1_000`, `16#ff`, `0x1F`, `1.5e-3`.
    mutating func takeNumber() {
        take(as: .number) { $0.isWordPart }
        if next == "#", character(1)?.isWordPart == true {
            take(as: .number) { $0 == "#" || $0.isWordPart }
            return
        }
        guard next == ".", character(1)?.isDigit == true else { return }
        take(as: .number) { $0 == "." || $0.isWordPart }
        if last == "e" || last == "E", next == "-" || next == "+", character(1)?.isDigit == true {
            take(as: .number) { $0 == "-" || $0 == "+" || $0.isDigit }
        }
    }

    /// What closes a delimiter that opens.
    static func closing(_ opening: Character) -> Character? {
        switch opening {
        case "(": ")"
        case "[": "]"
        case "{": "}"
        case "<": ">"
        case "/", "|", "\"", "'", "`", "#": opening
        default: nil
        }
    }
}

extension Character {
    var isDigit: Bool { ("0"..."9").contains(self) }
    var isWordPart: Bool { isLetter || isNumber || self == "_" || self == "@" }
}
