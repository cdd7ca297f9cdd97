/// The parameters of a delay embedding that the user fixed; nil ones are chosen from the data.
package struct EmbeddingParameters: Sendable, Equatable {
    package var delay: Int?
    package var dimension: Int?

    package init(delay: Int? = nil, dimension: Int? = nil) {
        precondition((delay ?? 1) >= 1 && (dimension ?? 1) >= 1, "an embedding starts at 1")
        self.delay = delay
        self.dimension = dimension
    }
}
