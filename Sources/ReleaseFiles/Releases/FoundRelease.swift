/// A release that is there to be used, found without being named.
package struct FoundRelease: Hashable, Sendable {
    package var directory: String
    /// Where it was found, for people.
    package var origin: String

    /// Those that the environment names, and the current folder or one above it.
    package static func all(environment: [String: String], folder: String, _ files: any FileSource) -> [FoundRelease] {
        var found: [FoundRelease] = []
        func add(_ directory: String, _ origin: String) {
            guard ReleaseDirectory.exists(at: directory, files), !found.contains(where: { $0.directory == directory })
            else { return }
            found.append(FoundRelease(directory: directory, origin: origin))
        }
        for name in ["RELEASE_ROOT", "RELEASE_ROOT_DIR"] {
            if let directory = environment[name], !directory.isEmpty { add(directory, "from \(name)") }
        }
        var place = folder
        // A release's bin/ is one level down, and releases/VERSION two.
        for level in 0...2 where place.count > 1 {
            add(place, level == 0 ? "the current folder" : "above the current folder")
            guard let end = place.lastIndex(of: "/"), end > place.startIndex else { break }
            place = String(place[..<end])
        }
        return found
    }
}
