import Foundation
import Testing

/// The package as it lies on the disk.
private enum Package {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let manifest =
        (try? String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)) ?? ""

    /// Modules with their Swift files; C targets have none.
    static let modules: [(name: String, files: [(path: String, text: String)])] = {
        let sources = root.appending(path: "Sources")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: sources.path())) ?? []
        return names.sorted().filter { $0 != "Plugins" }.map { name in
            let folder = sources.appending(path: name)
            let paths = FileManager.default.enumerator(atPath: folder.path())?.allObjects ?? []
            let swift = paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }
                .sorted()
            return (
                name,
                swift.compactMap { path in
                    (try? String(contentsOf: folder.appending(path: path), encoding: .utf8))
                        .map { ("Sources/\(name)/\(path)", $0) }
                }
            )
        }
    }()

    static var swiftModules: [(name: String, files: [(path: String, text: String)])] {
        modules.filter { !$0.files.isEmpty }
    }
}

struct ArchitectureTests {
    @Test func `imports point only down the table`() {
        #expect(Package.swiftModules.count >= 10)
        for module in Package.swiftModules {
            for file in module.files {
                for imported in SourceText.imports(in: file.text) {
                    let problem = LayerTable.standard.problem(module.name, imports: imported)
                    #expect(problem == nil, "\(file.path): \(problem ?? "")")
                }
            }
        }
    }

    @Test func `every module has its place in the table and every place a module`() {
        let table = Set(LayerTable.standard.layers.joined())
        #expect(Set(Package.swiftModules.map(\.name)) == table)
        let libraries = Package.modules.filter(\.files.isEmpty).map(\.name)
        #expect(Set(libraries) == Set(LayerTable.standard.edges.keys))
    }

    @Test func `the manifest's dependencies obey the table`() {
        let targets = SourceText.targets(in: Package.manifest)
        for module in Package.swiftModules {
            let dependencies = targets[module.name]
            #expect(dependencies != nil, "\(module.name) is no target")
            for dependency in dependencies ?? [] {
                let problem = LayerTable.standard.problem(module.name, imports: dependency)
                #expect(problem == nil, "Package.swift: \(problem ?? "")")
            }
        }
    }

    @Test func `the manifest names exactly what the sources import`() {
        let targets = SourceText.targets(in: Package.manifest)
        let ours = Set(Package.modules.map(\.name))
        for module in Package.swiftModules {
            let dependencies = Set(targets[module.name] ?? [])
            let imported = Set(module.files.flatMap { SourceText.imports(in: $0.text) })
            #expect(
                imported.intersection(ours).subtracting([module.name]).isSubset(of: dependencies),
                "\(module.name) imports what Package.swift does not give it")
            let unused = dependencies.subtracting(imported)
            #expect(unused.isEmpty, "\(module.name) does not import \(unused.sorted())")
        }
    }
}

/// The checker must be able to fail.
struct ArchitectureCheckerTests {
    @Test func `imports are found whatever stands before them`() {
        let source = """
            // import Commented
            import Plain
            package import Shared
            @testable import Tested
              internal import struct Deep.Value
            let text = "import Quoted"
            let long = \"\"\"
            import Literal
            \"\"\"
            import After // why
            """
        #expect(SourceText.imports(in: source) == ["Plain", "Shared", "Tested", "Deep", "After"])
    }

    @Test(arguments: [
        ("Timeline", "Foundation"), ("Engine", "FoundationEssentials"), ("JSONText", "Foundation"),
        ("Timeline", "Cells"), ("Cells", "Dynamics"), ("Engine", "Interface"),
        ("RealtimeProtocol", "Recordings"), ("Interface", "CNcurses"), ("Runtime", "CNcurses"),
        ("Interface", "Runtime"), ("Engine", "Engine"), ("Terminal", "Interface"),
        ("Terminal", "Engine"), ("Stranger", "Timeline"),
    ])
    func `an import that the table forbids is a problem`(module: String, imported: String) {
        #expect(LayerTable.standard.problem(module, imports: imported) != nil)
    }

    @Test(arguments: [
        ("Runtime", "Foundation"), ("Terminal", "CNcurses"), ("Terminal", "Cells"),
        ("Engine", "Timeline"), ("Interface", "Engine"), ("Recordings", "JSONText"),
        ("midstream-tui", "ArgumentParser"), ("Timeline", "Glibc"),
    ])
    func `an import that the table allows is none`(module: String, imported: String) {
        #expect(LayerTable.standard.problem(module, imports: imported) == nil)
    }

    @Test func `targets are read from a manifest`() {
        let manifest = """
            func module(_ name: String) -> Target { .target(name: name) }
            let package = Package(dependencies: [.package(url: "x")], targets: [
                module("A"),
                module("B", imports: ["A"], resources: [.embedInCode("r.json")]),
                .target(name: "C", dependencies: ["A", .product(name: "P", package: "q")], plugins: ["E"]),
                tests("B", imports: ["A"]),
            ])
            """
        let targets = SourceText.targets(in: manifest)
        #expect(targets == ["A": [], "B": ["A"], "C": ["A", "P"], "BTests": ["A"]])
    }
}
