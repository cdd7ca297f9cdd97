/// How every role looks, and the scales of colour.
package struct Theme: Sendable, Equatable {
    package var name: String
    package var isDark: Bool
    package var roles: [Role: Style]
    package var gradients: [Gradient: [Color]]

    /// `ThemeDescription.resolve` makes themes that lack nothing.
    package init(
        name: String, isDark: Bool, roles: [Role: Style], gradients: [Gradient: [Color]]
    ) {
        self.name = name
        self.isDark = isDark
        self.roles = roles
        self.gradients = gradients
    }

    /// A role's style; a role the theme lacks looks like the surface.
    package subscript(role: Role) -> Style {
        roles[role] ?? roles[.surface] ?? .standard
    }

    /// The colour at a place between 0 and 1 on a scale; places outside are the ends.
    ///
    /// Between two colours of known value the channels are mixed in a straight line; next to
    /// a colour of the terminal's own palette the nearer of both is taken.
    package func color(_ gradient: Gradient, at place: Double) -> Color {
        let stops = gradients[gradient] ?? []
        guard let last = stops.last else { return self[.surface].foreground }
        let clamped = place > 0 ? min(place, 1) : 0
        let scaled = clamped * Double(stops.count - 1)
        let index = Int(scaled)
        guard index + 1 < stops.count else { return last }
        return stops[index].mixed(with: stops[index + 1], share: scaled - Double(index))
    }

    /// `count` styles that go evenly over a scale, on `background`; for bands of a plot.
    package func bands(_ gradient: Gradient, count: Int, over base: Role = .surface) -> [Style] {
        (0..<max(0, count)).map { index in
            let place = count == 1 ? 1 : Double(index) / Double(count - 1)
            return self[base].foreground(color(gradient, at: place))
        }
    }
}

extension Color {
    /// This colour with a share (0 to 1) of another.
    package func mixed(with other: Color, share: Double) -> Color {
        guard case .rgb(let red, let green, let blue) = self,
            case .rgb(let otherRed, let otherGreen, let otherBlue) = other
        else { return share < 0.5 ? self : other }
        func mix(_ from: UInt8, _ to: UInt8) -> UInt8 {
            UInt8((Double(from) + (Double(to) - Double(from)) * share).rounded())
        }
        return .rgb(mix(red, otherRed), mix(green, otherGreen), mix(blue, otherBlue))
    }
}

extension ThemeDescription {
    /// The built-in themes by name.
    package static let builtIn: [String: ThemeDescription] = Dictionary(
        uniqueKeysWithValues: builtInThemes.map { ($0.name, $0) })
}

extension Theme {
    /// The theme of a program that was told nothing else.
    package static let midstreamDark = builtIn("midstream-dark")

    /// The theme without colours, for screens that have none.
    package static let mono = builtIn("mono")

    private static func builtIn(_ name: String) -> Theme {
        guard let description = ThemeDescription.builtIn[name] else {
            preconditionFailure("there is no theme \(name)")
        }
        do {
            return try description.resolve()
        } catch {
            preconditionFailure("a built-in theme is wrong: \(error)")
        }
    }
}
