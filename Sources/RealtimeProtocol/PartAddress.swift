/// Where a piece of a response belongs.
package struct PartAddress: Hashable, Sendable {
    package var responseID: String
    package var itemID: String
    package var outputIndex: Int
    package var contentIndex: Int

    package init(responseID: String, itemID: String, outputIndex: Int, contentIndex: Int) {
        self.responseID = responseID
        self.itemID = itemID
        self.outputIndex = outputIndex
        self.contentIndex = contentIndex
    }
}
