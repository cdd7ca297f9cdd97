import TemporalLogic

package extension Defaults {
    /// What a healthy session keeps: the packs that are watched when nobody chooses.
    static let properties: [PropertyDefinition] = PropertyPack.all.filter(\.isDefault).flatMap {
        let file = $0.file()
        if let failure = file.failures.first {
            preconditionFailure(
                "the pack \($0.name) is wrong in line \(failure.line): \(failure.message)")
        }
        return file.definitions(pack: $0.name)
    }
}
