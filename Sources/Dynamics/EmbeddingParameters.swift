/// The parameters of a delay embedding that the user fixed; nil ones are chosen from the data.
package struct EmbeddingParameters: Sendable, Equatable {
    package var delay: Int?
    package var dimension: Int?
    /// The samples along the orbit that do not count as neighbours.
    package var theilerWindow: Int?

    package init(delay: Int? = nil, dimension: Int? = nil, theilerWindow: Int? = nil) {
        precondition((delay ?? 1) >= 1 && (dimension ?? 1) >= 1, "an embedding starts at 1")
        precondition((theilerWindow ?? 0) >= 0, "a window has no negative length")
        self.delay = delay
        self.dimension = dimension
        self.theilerWindow = theilerWindow
    }
}
