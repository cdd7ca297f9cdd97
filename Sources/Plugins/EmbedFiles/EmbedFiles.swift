import Foundation
import PackagePlugin

/// Puts the files of `themes/` and `recordings/` and the page for browsers into the program, so that one file is enough to
/// run it anywhere.
@main
struct EmbedFiles: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = context.package.directoryURL
        var inputs: [URL] = []
        for folder in ["themes", "recordings"] {
            let url = root.appendingPathComponent(folder)
            guard FileManager.default.fileExists(atPath: url.path) else { continue }
            inputs += try FileManager.default.contentsOfDirectory(
                at: url, includingPropertiesForKeys: nil)
        }
        inputs = inputs.filter { ["toml", "jsonl", "keys"].contains($0.pathExtension) }
            .sorted { $0.path < $1.path }
        inputs.append(root.appendingPathComponent("docs/watch.html"))
        let output = context.pluginWorkDirectoryURL.appendingPathComponent("EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(inputs.count) files",
                executable: try context.tool(named: "embed-files").url,
                arguments: [output.path] + inputs.map(\.path),
                inputFiles: inputs, outputFiles: [output])
        ]
    }
}
