import Presentation

/// What rows are sorted by. What is not known comes last.
enum SortValue: Comparable {
    case number(Int)
    case text(String)
    case none

    init(_ cell: Cell) {
        switch cell {
        case .integer(let number), .bytes(let number), .seconds(let number), .days(let number), .moment(let number):
            self = .number(number)
        case .ratio(let part, let whole): self = .number(part - whole)
        case .used(let number, _): self = .number(number)
        case .absent, .blank: self = .none
        case .text, .atom, .texts, .mark, .flag, .numbers, .objects: self = .text(cell.shown)
        }
    }
}
