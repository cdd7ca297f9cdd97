/// Turns points of space about the upright axis and looks at them slightly from above.
package struct SpaceProjection: Sendable {
    private let turn: (sine: Double, cosine: Double)
    private let tilt: (sine: Double, cosine: Double)

    /// - Parameters:
    ///   - degrees: how far the points are turned.
    ///   - elevation: how far above the horizon the eye is, in degrees.
    package init(degrees: Double, elevation: Double = 22) {
        turn = Mathematics.sineCosine(degrees * Mathematics.pi / 180)
        tilt = Mathematics.sineCosine(elevation * Mathematics.pi / 180)
    }

    /// Where a point is seen: to the right and up, with a mild perspective for points within 1 of
    /// the origin.
    package func seen(_ x: Double, _ y: Double, _ z: Double) -> (right: Double, up: Double) {
        let right = x * turn.cosine - y * turn.sine
        let away = x * turn.sine + y * turn.cosine
        let up = z * tilt.cosine - away * tilt.sine
        let depth = away * tilt.cosine + z * tilt.sine
        let scale = 1 / (1 + 0.18 * depth)
        return (right * scale, up * scale)
    }
}
