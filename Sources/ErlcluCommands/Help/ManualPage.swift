package enum ManualPage {
    package static var commands: String { "" }
    package static var configurationFile: String { "" }
}
