/// A fixture could not do what the test needs; the text carries what the program behind it said.
package struct FixtureFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
