internal import CLibraryLoader
internal import CLinux
internal import CNcurses
internal import Glibc
package import TerminalCanvas

/// Turns a canvas into the bytes that bring a terminal from what it shows to what it is to show. ncurses works out the
/// least of them. It writes into memory: what is made of the bytes, and when the terminal takes them, is the caller's
/// affair, so that a slow terminal holds up nothing here.
///
/// ncurses keeps its state for the whole process: there is one screen at a time.
package final class NcursesScreen {
    /// Why there is no screen.
    package enum Failure: Error, Hashable, Sendable {
        /// libncursesw cannot be used: a phrase, and what to install.
        case libraryMissing(String, remedy: String)
        /// The terminal's type is not known to terminfo, or it cannot place its cursor.
        case unusable(terminal: String)
        /// The operating system gave no memory.
        case outOfMemory
    }

    private let screen: OpaquePointer
    /// What ncurses writes to: a file without a name. A pipe could be full, and ncurses would wait for ever for the
    /// thread that it runs on.
    private let file: Int32
    private var shown: Canvas?
    private var size: ScreenSize

    /// - Parameters:
    ///   - terminal: its type, as `TERM` names it.
    ///   - hasColor: false: no colours even where the terminal has them.
    package init(terminal: String, size: ScreenSize, hasColor: Bool) throws(Failure) {
        let failure = library_load(cncurses_library())
        if let problem = failure.problem, let remedy = failure.remedy {
            throw .libraryMissing(String(cString: problem), remedy: String(cString: remedy))
        }
        Self.useUTF8()
        file = linux_memory_file()
        // ncurses closes its own.
        let own = dup(file)
        guard file >= 0, own >= 0 else {
            if file >= 0 { Glibc.close(file) }
            throw .outOfMemory
        }
        let (columns, rows) = (Int32(clamping: size.columns), Int32(clamping: size.rows))
        guard let screen = cncurses_open(terminal, own, columns, rows, hasColor ? 1 : 0) else {
            Glibc.close(file)
            throw .unusable(terminal: terminal)
        }
        self.screen = screen
        self.size = size
    }

    deinit {
        cncurses_close(screen)
        Glibc.close(file)
    }

    /// How many colours are used; 0 on a monochrome screen.
    package var colors: Int { Int(cncurses_colors(screen)) }

    /// - Returns: the bytes after which the terminal shows `canvas`. The first ones clear it.
    package func draw(_ canvas: Canvas) -> [UInt8] {
        let wanted = ScreenSize(columns: canvas.columns, rows: canvas.rows)
        if wanted != size {
            _ = cncurses_resize(screen, Int32(clamping: canvas.columns), Int32(clamping: canvas.rows))
            size = wanted
            shown = nil
        }
        for row in 0..<canvas.rows {
            for column in 0..<canvas.columns {
                let cell = canvas[column: column, row: row]
                // The right half belongs to the cell before it.
                if cell.width > 0, shown?[column: column, row: row] != cell { put(cell, column, row) }
            }
        }
        shown = canvas
        cncurses_update(screen)
        return take()
    }

    /// Has the next `draw` write every cell.
    package func repaint() {
        shown = nil
        cncurses_repaint(screen)
    }

    /// - Returns: the bytes that give the terminal back as it was; the next `draw` takes it again.
    package func leave() -> [UInt8] {
        cncurses_leave(screen)
        repaint()
        return take()
    }

    private func put(_ cell: CanvasCell, _ column: Int, _ row: Int) {
        let color: cncurses_color
        switch cell.style.role {
        case .plain: color = CNCURSES_PLAIN
        case .good: color = CNCURSES_GREEN
        case .warning: color = CNCURSES_YELLOW
        case .failure: color = CNCURSES_RED
        case .accent: color = CNCURSES_CYAN
        case .muted: color = CNCURSES_GREY
        }
        var attributes: UInt32 = 0
        if cell.style.attributes.contains(.bold) { attributes |= CNCURSES_BOLD.rawValue }
        if cell.style.attributes.contains(.reverse) { attributes |= CNCURSES_REVERSE.rawValue }
        if cell.style.attributes.contains(.underline) { attributes |= CNCURSES_UNDERLINE.rawValue }
        let text = cell.text.unicodeScalars.map(\.value) + [0]
        _ = cncurses_put(
            screen, Int32(clamping: column), Int32(clamping: row), text, Int32(color.rawValue), Int32(attributes))
    }

    /// Empties the file.
    private func take() -> [UInt8] {
        let length = Int(lseek(file, 0, SEEK_CUR))
        guard length > 0 else { return [] }
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = max(0, pread(file, buffer.baseAddress, length, 0))
        }
        ftruncate(file, 0)
        lseek(file, 0, SEEK_SET)
        return bytes
    }

    /// ncurses asks the process's locale how characters are coded. What the canvas holds is what the terminal can show,
    /// so the answer is always UTF-8, of which ASCII is a part.
    private static func useUTF8() {
        if setlocale(LC_CTYPE, "C.UTF-8") == nil { setlocale(LC_CTYPE, "en_US.UTF-8") }
    }
}
